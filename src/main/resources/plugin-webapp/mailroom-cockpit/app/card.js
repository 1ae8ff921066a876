import { html } from '../shared/preact.js';
import { HealthLabel, Problem, Spinner } from '../shared/parts.js';
import { exactTime, listTime } from '../shared/format.js';
import { useAnswer } from '../shared/page.js';
import { t } from '../shared/texts.js';

const Troubles = ({ troubles }) => html`<table class="table cam-table">
  <tbody>
    ${troubles.map(
      (one) => html`<tr>
        <td><a href=${'#/email?mailbox=' + encodeURIComponent(one.key)}>${one.key}</a></td>
        <td><${HealthLabel} state=${one.state} />${' '}
          ${one.since && html`<span title=${exactTime(one.since)}>${t('health.since', { time: listTime(one.since) })}</span>`}</td>
        <td class="mailroom-break">${one.reason && one.reason.text}</td>
        <td class="mailroom-number">${one.waiting > 0 && t('card.waitingIn', { n: one.waiting })}</td>
      </tr>`,
    )}
  </tbody>
</table>`;

const Summary = ({ health }) => {
  const needs = ['FAILED', 'UNCERTAIN', 'QUARANTINED'].filter((state) => health.emails[state] > 0);
  const registered = Object.values(health.mailboxes).reduce((sum, n) => sum + n, 0);
  const isFine = needs.length === 0 && health.troubles.length === 0 && health.sending.enabled;
  return html`<div>
    ${!health.sending.enabled && html`<div class="alert alert-warning" role="alert">${t('card.sendingOff')}</div>`}
    ${isFine && html`<p>${registered ? html`<span class="text-success">✓</span> ${t('cockpit.fine')}` : t('cockpit.noMailbox')}</p>`}
    ${needs.length > 0 &&
    html`<div class="mailroom-chips">
      ${needs.map(
        (state) => html`<a class=${'btn btn-sm btn-' + (state === 'FAILED' ? 'danger' : 'warning')} href=${'#/email?state=' + state}>
          ${t('chip.' + state, { n: health.emails[state] })}
        </a>`,
      )}
    </div>`}
    ${health.troubles.length > 0 && html`<${Troubles} troubles=${health.troubles} />`}
    <p><a href="#/email">${t('card.journal')}</a></p>
  </div>`;
};

/** Troubles first; one quiet line when all is well. */
export const Card = ({ server }) => {
  const { data, error, reload } = useAnswer(() => server.get('health'), []);
  return html`<section class="mailroom-card">
    <h3>${t('app.email')}</h3>
    ${error && html`<${Problem} error=${error} retry=${reload} />`} ${!data && !error && html`<${Spinner} />`}
    ${data && html`<${Summary} health=${data} />`}
  </section>`;
};
