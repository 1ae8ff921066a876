import { html } from '../shared/preact.js';
import { t } from '../shared/texts.js';

const HOUR = 3600_000;
const PERIODS = { '1h': HOUR, '24h': 24 * HOUR, '7d': 168 * HOUR, '30d': 720 * HOUR };
const OUTGOING = ['QUEUED', 'SENDING', 'RETRYING', 'UNCERTAIN', 'FAILED', 'SENT', 'PARTLY_SENT', 'CANCELLED', 'BOUNCED'];
const INCOMING = ['RECEIVED', 'HELD', 'QUARANTINED', 'STARTED', 'CORRELATED', 'ATTACHED', 'IGNORED', 'BOUNCE_NOTICE', 'DISCARDED'];
const SAME = ['direction', 'state', 'mailbox', 'contract', 'businessKey', 'text', 'processInstanceId', 'activityId', 'conversation'];

/** Everything that narrows the list; what is left of the address is no filter. */
export const FILTERS = [...SAME, 'period', 'since', 'until'];

/** The local time of an input as an instant. */
const instant = (local) => (local && !Number.isNaN(Date.parse(local)) ? new Date(local).toISOString() : undefined);

/** The address's filters as those of the server. */
export const serverFilters = (query) => {
  const filters = Object.fromEntries(SAME.map((name) => [name, query[name]]));
  if (PERIODS[query.period]) {
    filters.since = new Date(Date.now() - PERIODS[query.period]).toISOString();
  } else if (query.period === 'own') {
    Object.assign(filters, { since: instant(query.since), until: instant(query.until) });
  }
  return filters;
};

const statesOf = (direction) =>
  direction === 'OUTGOING' ? OUTGOING : direction === 'INCOMING' ? INCOMING : [...OUTGOING, ...INCOMING];

/** Filters that other pages set and that are taken away one by one. */
const Pins = ({ query, narrow }) => {
  const pin = (name, text) =>
    query[name] &&
    html`<button type="button" class="btn btn-default btn-sm" title=${t('app.clearFilters')} onClick=${() => narrow({ [name]: '' })}>${text} ×</button>`;
  return html`${pin('processInstanceId', t('journal.onlyInstance', { id: query.processInstanceId }))}
  ${pin('activityId', t('journal.onlyActivity', { id: query.activityId }))} ${pin('conversation', t('journal.onlyConversation'))}`;
};

export const Filters = ({ query, narrow, choices }) => {
  const choice = (name, label, options) => html`<select
    class="form-control input-sm"
    name=${name}
    aria-label=${t('journal.' + label)}
    onChange=${(event) => narrow({ [name]: event.target.value })}
  >
    ${options.map(([value, text]) => html`<option value=${value} selected=${(query[name] || '') === value}>${text}</option>`)}
  </select>`;
  const field = (name, type, label) => html`<input
    type=${type}
    class="form-control input-sm"
    name=${name}
    placeholder=${label}
    aria-label=${label}
    value=${query[name] || ''}
    onInput=${(event) => narrow({ [name]: event.target.value })}
  />`;
  const isFiltered = FILTERS.some((name) => query[name]);
  return html`<div class="form-inline mailroom-filters" role="search">
    ${field('text', 'search', t('journal.text'))}
    ${choice('direction', 'direction', [
      ['', t('journal.anyDirection')],
      ['INCOMING', t('direction.INCOMING')],
      ['OUTGOING', t('direction.OUTGOING')],
    ])}
    ${choice('state', 'state', [['', t('journal.anyState')], ...statesOf(query.direction).map((state) => [state, t('state.' + state)])])}
    ${choice('mailbox', 'mailbox', [['', t('journal.anyMailbox')], ...choices.mailboxes])}
    ${choice('contract', 'contract', [['', t('journal.anyContract')], ...choices.contracts])}
    ${field('businessKey', 'search', t('journal.businessKey'))}
    ${choice('period', 'period', [
      ['', t('journal.anyTime')],
      ...[...Object.keys(PERIODS), 'own'].map((period) => [period, t('journal.period.' + period)]),
    ])}
    ${query.period === 'own' && html`${field('since', 'datetime-local', t('journal.since'))} ${field('until', 'datetime-local', t('journal.until'))}`}
    <label class="checkbox-inline">
      <input type="checkbox" checked=${query.group === 'contract'} onChange=${(event) => narrow({ group: event.target.checked ? 'contract' : '' })} />
      ${t('journal.group')}
    </label>
    <${Pins} query=${query} narrow=${narrow} />
    ${isFiltered &&
    html`<button type="button" class="btn btn-link btn-sm" onClick=${() => narrow(Object.fromEntries(FILTERS.map((name) => [name, ''])))}>
      ${t('app.clearFilters')}
    </button>`}
  </div>`;
};
