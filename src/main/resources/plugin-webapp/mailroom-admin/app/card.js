import { html } from '../shared/preact.js';
import { Problem, Spinner } from '../shared/parts.js';
import { useAnswer } from '../shared/page.js';
import { t } from '../shared/texts.js';

const Summary = ({ health }) => {
  const states = health.mailboxes;
  const all = Object.values(states).reduce((sum, n) => sum + n, 0);
  const troubles = (states.FAILING || 0) + (states.WARNING || 0);
  if (!all) {
    return html`<p>${t('card.none')}</p>`;
  }
  return html`<div>
    ${troubles
      ? html`<p>
          <span class=${'label label-' + (states.FAILING ? 'danger' : 'warning')}>${t('card.trouble', { n: troubles, all })}</span>
        </p>`
      : html`<p>${t('card.fine', { n: all })}</p>`}
    ${!health.sending.enabled && html`<p><span class="label label-warning">${t('card.sendingOff')}</span></p>`}
  </div>`;
};

/** How the mailboxes fare, and the ways to all pages. */
export const Card = ({ server }) => {
  const { data, error } = useAnswer(() => server.get('health'), []);
  return html`<div class="mailroom-card">
    ${data ? html`<${Summary} health=${data} />` : error ? html`<${Problem} error=${error} />` : html`<${Spinner} />`}
    <ul class="list-unstyled">
      <li><a href="#/email/mailboxes">${t('card.mailboxes')}</a></li>
      <li><a href="#/email/new-mailbox?type=INPUT">${t('card.newInput')}</a></li>
      <li><a href="#/email/new-mailbox?type=OUTPUT">${t('card.newOutput')}</a></li>
      <li><a href="#/email/contracts">${t('card.contracts')}</a></li>
      <li><a href="#/email/new-contract">${t('card.newContract')}</a></li>
    </ul>
  </div>`;
};
