import { html, useState } from '../shared/preact.js';
import { Done, Heading, Problem, Spinner, StateLabel, Time } from '../shared/parts.js';
import { go, pathTail, useAnswer } from '../shared/page.js';
import { exactTime, size, wholeAddress } from '../shared/format.js';
import { t, word } from '../shared/texts.js';
import { Content } from './content.js';
import { instancePage, mailPage, subjectOf } from './table.js';
import { VerbDialog } from './verbs.js';

/** States in which the task of a mail may have an incident. */
const NEEDY = ['FAILED', 'UNCERTAIN', 'RETRYING', 'QUEUED'];

const addresses = (list) => list.map(wholeAddress).join(', ');
const link = (id) => html`<a href=${mailPage(id)}>${id}</a>`;
const links = (ids) => ids.map((id, i) => html`${i > 0 && ', '}${link(id)}`);

/** Name and value, where there is a value. */
const Facts = ({ rows }) => html`<dl class="mailroom-facts">
  ${rows
    .filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false)
    .map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
</dl>`;

const Section = ({ title, children }) => html`<section class="mailroom-section">
  <h2>${title}</h2>
  ${children}
</section>`;

const Heads = ({ mail }) => html`<${Facts}
  rows=${[
    [t('mail.from'), wholeAddress(mail.from)],
    [t('mail.to'), addresses(mail.to)],
    [t('mail.cc'), addresses(mail.cc)],
    [t('mail.bcc'), addresses(mail.bcc)],
    [t('mail.created'), exactTime(mail.createdAt)],
    [t('mail.finished'), exactTime(mail.finishedAt)],
    [t('mail.mailbox'), mail.mailbox],
    [t('mail.contract'), mail.contract && html`<a href=${'#/email?contract=' + encodeURIComponent(mail.contract)}>${mail.contract}</a>`],
    [t('mail.outbox'), word('mail.outbox.', mail.outboxChoice)],
  ]}
/>`;

const Process = ({ mail }) => html`<${Facts}
  rows=${[
    [
      t('mail.instance'),
      mail.processInstanceId &&
        html`<a href=${instancePage(mail.processInstanceId)}>${mail.businessKey || mail.processInstanceId}</a>${' '}
          ${NEEDY.includes(mail.state) &&
          html`<a class="btn btn-link btn-xs" href=${instancePage(mail.processInstanceId) + '?tab=incidents-tab'}>${t('mail.incidents')}</a>`}`,
    ],
    [t('mail.task'), [mail.processDefinitionKey, mail.activityId].filter(Boolean).join(' / ')],
    [t('mail.messageId'), mail.messageId],
    [
      t('mail.conversation'),
      mail.conversation && html`<a href=${'#/email?conversation=' + encodeURIComponent(mail.conversation)}>${t('mail.showConversation')}</a>`,
    ],
    [t('mail.size'), size(mail.size)],
    [t('mail.resendOf'), mail.resendOf && link(mail.resendOf)],
    [t('mail.splitFrom'), mail.splitFrom && link(mail.splitFrom)],
    [t('mail.resends'), mail.resends.length > 0 && links(mail.resends)],
    [t('mail.answers'), mail.answers.length > 0 && links(mail.answers)],
    [
      t('mail.classification'),
      mail.classification && [mail.classification.class, ...mail.classification.reasons].filter(Boolean).join('; '),
    ],
    [t('mail.decision'), mail.decision && [mail.decision.text, mail.decision.rule && `(${mail.decision.rule})`].filter(Boolean).join(' ')],
    [t('mail.verified'), mail.decision && word('verified.', mail.decision.senderVerified)],
  ]}
/>`;

const Recipients = ({ mail }) => html`<${Section} title=${t('mail.recipients')}>
  <table class="table cam-table">
    <thead>
      <tr>
        ${['recipient', 'kind', 'recipientState', 'reply', 'at'].map((column) => html`<th scope="col">${t('mail.' + column)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${mail.recipients.map(
        (one) => html`<tr>
          <td class="mailroom-break">${one.address}</td>
          <td>${t('mail.' + one.kind.toLowerCase())}</td>
          <td>${word('recipient.', one.state)}</td>
          <td class="mailroom-break">${one.reply}</td>
          <td><${Time} of=${one.at} /></td>
        </tr>`,
      )}
    </tbody>
  </table>
<//>`;

const Attempts = ({ mail }) => html`<${Section} title=${t('mail.attempts')}>
  ${mail.tries.length === 0
    ? html`<p>${t('mail.noAttempts')}</p>`
    : html`<table class="table cam-table">
        <thead>
          <tr>
            ${['number', 'at', 'duration', 'node', 'stage', 'outcome', 'answer'].map((column) => html`<th scope="col">${t('mail.' + column)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${mail.tries.map(
            (one) => html`<tr>
              <td>${one.number}</td>
              <td>${exactTime(one.at)}</td>
              <td>${one.millis !== null && t('test.millis', { n: one.millis })}</td>
              <td>${one.node}</td>
              <td>${one.stage}</td>
              <td>${one.outcome}</td>
              <td class="mailroom-break">${[one.code, one.enhancedCode, one.text].filter(Boolean).join(' ')}</td>
            </tr>`,
          )}
        </tbody>
      </table>`}
<//>`;

const History = ({ mail }) =>
  mail.events.length > 0 &&
  html`<${Section} title=${t('mail.history')}>
    <ul>
      ${mail.events.map(
        (event) => html`<li>
          ${exactTime(event.at)}: <strong>${event.who}</strong> ${word('verb.', event.what)}${event.comment && html` – ${event.comment}`}
        </li>`,
      )}
    </ul>
  <//>`;

/** One e-mail: what became of it, with whom, why, and what can be done. */
export const Mail = ({ server }) => {
  const id = pathTail('/email/');
  const path = 'email/' + encodeURIComponent(id);
  const [verb, setVerb] = useState(null);
  const [done, setDone] = useState(null);
  const { data: mail, error, reload } = useAnswer(() => server.get(path), [id]);
  if (!mail) {
    return html`<div class="mailroom-page">${error ? html`<${Problem} error=${error} retry=${reload} />` : html`<${Spinner} />`}</div>`;
  }
  return html`<div class="mailroom-page" data-mail=${mail.id}>
    <${Heading} trail=${[[t('mail.back'), '#/email']]} title=${subjectOf(mail)}>
      ${mail.verbs.map(
        // With a key: else a click that meets new verbs would press another button than the one it began on.
        (one) => html`<button key=${one} type="button" class="btn btn-default" data-verb=${one} onClick=${() => setVerb(one)}>${t('verb.' + one)}</button>`,
      )}
      <button type="button" class="btn btn-default" onClick=${reload}>${t('app.refresh')}</button>
    <//>
    ${done && html`<${Done}>${done}<//>`}
    <p>
      <${StateLabel} state=${mail.state} />
      ${mail.state === 'RETRYING' && html` ${t('mail.nextTry', { time: '' })}<${Time} of=${mail.nextTry} />`}
    </p>
    ${mail.reason && html`<div class="alert alert-warning"><strong>${t('mail.reason')}:</strong> ${mail.reason.text} <small>(${mail.reason.code})</small></div>`}
    <div class="row">
      <div class="col-md-6"><${Heads} mail=${mail} /></div>
      <div class="col-md-6"><${Process} mail=${mail} /></div>
    </div>
    <${Section} title=${t('mail.content')}><${Content} server=${server} mail=${mail} path=${path} /><//>
    ${mail.recipients.length > 0 && html`<${Recipients} mail=${mail} />`}
    ${mail.direction === 'OUTGOING' && html`<${Attempts} mail=${mail} />`}
    <${History} mail=${mail} />
    ${verb &&
    html`<${VerbDialog}
      server=${server}
      verb=${verb}
      path=${path + '/' + verb}
      mail=${mail}
      onClose=${() => setVerb(null)}
      onDone=${(after) => {
        setVerb(null);
        if (after.id === mail.id) {
          setDone(t('verb.done', { state: word('state.', after.state) }));
          reload();
          // What was asked for is mostly done a moment later.
          [1000, 3000].forEach((later) => setTimeout(reload, later));
        } else {
          go(mailPage(after.id));
        }
      }}
    />`}
  </div>`;
};
