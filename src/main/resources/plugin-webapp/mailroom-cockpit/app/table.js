import { html } from '../shared/preact.js';
import { StateLabel, Time } from '../shared/parts.js';
import { exactTime, listTime, person, wholeAddress } from '../shared/format.js';
import { t } from '../shared/texts.js';

export const mailPage = (id) => '#/email/' + encodeURIComponent(id);
export const instancePage = (id) => '#/process-instance/' + encodeURIComponent(id) + '/runtime';

/** What a mail is called where it has no subject; one that could not be composed has nothing yet. */
export const subjectOf = (mail) =>
  mail.subject || t(mail.direction === 'OUTGOING' && mail.size === 0 ? 'journal.notComposed' : 'journal.noSubject');

const People = ({ mail }) => {
  const others = [...mail.to, ...mail.cc, ...mail.bcc];
  const shown = mail.direction === 'INCOMING' ? [mail.from].filter(Boolean) : others;
  const more = shown.length > 2 ? ` +${shown.length - 2}` : '';
  return html`<span title=${shown.map(wholeAddress).join('\n')}>${shown.slice(0, 2).map(person).join(', ')}${more}</span>`;
};

const Row = ({ mail, activity, selection }) => html`<tr data-id=${mail.id} data-state=${mail.state}>
  ${selection &&
  html`<td>
    <input
      type="checkbox"
      aria-label=${t('journal.select', { subject: mail.subject || mail.id })}
      checked=${selection.has(mail.id)}
      disabled=${mail.verbs.length === 0}
      onChange=${() => selection.toggle(mail.id)}
    />
  </td>`}
  <td class="mailroom-time"><time datetime=${mail.createdAt} title=${exactTime(mail.createdAt)}>${listTime(mail.createdAt)}</time></td>
  <td>${t('direction.' + mail.direction)}</td>
  <td>
    <a href=${mailPage(mail.id)}>${subjectOf(mail)}</a>
    ${mail.attachments > 0 &&
    html` <span class="glyphicon glyphicon-paperclip" role="img" aria-label=${t('journal.attachments', { n: mail.attachments })}></span>`}
  </td>
  <td class="mailroom-break"><${People} mail=${mail} /></td>
  <td>${mail.mailbox}</td>
  <td>${mail.contract}</td>
  <td>
    <${StateLabel} state=${mail.state} />
    ${mail.state === 'RETRYING' && html` <small>${t('mail.nextTry', { time: '' })}<${Time} of=${mail.nextTry} /></small>`}
    ${mail.reason && html`<div class="mailroom-reason">${mail.reason.text}</div>`}
  </td>
  ${activity
    ? html`<td>${mail.activityId}</td>`
    : html`<td class="mailroom-break">
        ${mail.processInstanceId &&
        html`<a href=${instancePage(mail.processInstanceId)} title=${mail.processInstanceId}>${mail.businessKey || mail.processDefinitionKey || mail.processInstanceId}</a>`}
      </td>`}
</tr>`;

/** The mails with a line above each contract's; they come sorted by contract. */
const grouped = (mails, row, columns) => {
  const rows = [];
  let last;
  for (const mail of mails) {
    if (mail.contract !== last || rows.length === 0) {
      last = mail.contract;
      rows.push(
        html`<tr class="mailroom-group"><th colspan=${columns} scope="rowgroup">${t('journal.contract')}: ${last || t('journal.noContract')}</th></tr>`,
      );
    }
    rows.push(row(mail));
  }
  return rows;
};

/** Mails in a table. @param activity show the task instead of the process; @param selection has(id), toggle(id), toggleAll() */
export const MailTable = ({ mails, activity, isGrouped, selection }) => {
  const columns = ['time', 'direction', 'subject', 'people', 'mailbox', 'contract', 'state'];
  const row = (mail) => html`<${Row} key=${mail.id} mail=${mail} activity=${activity} selection=${selection} />`;
  return html`<table class="table cam-table mailroom-table">
    <thead>
      <tr>
        ${selection &&
        html`<th>
          <input type="checkbox" aria-label=${t('journal.selectAll')} checked=${selection.isAll} onChange=${selection.toggleAll} />
        </th>`}
        ${columns.map((column) => html`<th scope="col">${t('journal.' + column)}</th>`)}
        <th scope="col">${t(activity ? 'journal.task' : 'journal.process')}</th>
      </tr>
    </thead>
    <tbody>
      ${isGrouped ? grouped(mails, row, columns.length + (selection ? 2 : 1)) : mails.map(row)}
    </tbody>
  </table>`;
};
