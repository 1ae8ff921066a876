import { html, useState } from '../shared/preact.js';
import { Done, Empty, Heading, Paging, Problem, Spinner } from '../shared/parts.js';
import { useAnswer, useQuery } from '../shared/page.js';
import { t } from '../shared/texts.js';
import { FILTERS, Filters, serverFilters } from './filters.js';
import { MailTable } from './table.js';
import { BULK_VERBS, VerbDialog } from './verbs.js';

const PAGE = 50;
const CHIPS = { FAILED: 'danger', UNCERTAIN: 'warning', QUARANTINED: 'warning', RETRYING: 'default', QUEUED: 'default' };

/** What needs a person first, each with its number; pressing one shows just those. */
const Chips = ({ health, query, narrow }) => html`<div class="mailroom-chips">
  ${Object.keys(CHIPS)
    .filter((state) => health.emails[state] > 0 || query.state === state)
    .map((state) => {
      const isOn = query.state === state;
      return html`<button
        type="button"
        class=${'btn btn-sm btn-' + CHIPS[state]}
        data-chip=${state}
        aria-pressed=${isOn ? 'true' : 'false'}
        onClick=${() => narrow({ state: isOn ? '' : state, direction: '' })}
      >
        ${t('chip.' + state, { n: health.emails[state] || 0 })}
      </button>`;
    })}
</div>`;

/** Which mails of the page are ticked; only those that one can do something with. */
const useSelection = (mails) => {
  const [chosen, setChosen] = useState([]);
  const able = mails.filter((mail) => mail.verbs.length > 0).map((mail) => mail.id);
  const ids = chosen.filter((id) => able.includes(id));
  return {
    ids,
    has: (id) => ids.includes(id),
    toggle: (id) => setChosen(ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]),
    isAll: able.length > 0 && ids.length === able.length,
    toggleAll: () => setChosen(ids.length === able.length ? [] : able),
    clear: () => setChosen([]),
  };
};

/** What can be done with all ticked mails. */
const Bulk = ({ mails, selection, onVerb }) => {
  const chosen = mails.filter((mail) => selection.has(mail.id));
  const verbs = BULK_VERBS.filter((verb) => chosen.length > 0 && chosen.every((mail) => mail.verbs.includes(verb)));
  return (
    chosen.length > 0 &&
    html`<div class="mailroom-filters" role="status">
      <strong>${t('journal.selected', { n: chosen.length })}</strong>
      ${verbs.map((verb) => html`<button key=${verb} type="button" class="btn btn-default btn-sm" onClick=${() => onVerb(verb)}>${t('verb.' + verb)}</button>`)}
    </div>`
  );
};

const BulkResult = ({ result }) => html`<${Done}>
  ${t('journal.bulkDone', { n: result.done })}
  ${result.refused.length > 0 &&
  html`<div>${t('journal.bulkRefused', { n: result.refused.length })}</div>
    <ul>${result.refused.map((one) => html`<li>${one.message}</li>`)}</ul>`}
<//>`;

const useChoices = (server) => {
  const { data } = useAnswer(async () => {
    const [mailboxes, contracts] = await Promise.all([
      server.get('mailbox', { maxResults: 1000, sortBy: 'description' }),
      server.get('contract', { maxResults: 1000 }),
    ]);
    return {
      mailboxes: mailboxes.map((mailbox) => [mailbox.key, mailbox.description]),
      contracts: contracts.map((contract) => [contract.key, contract.name]),
    };
  }, []);
  return data || { mailboxes: [], contracts: [] };
};

const Nothing = ({ query, narrow }) =>
  FILTERS.some((name) => query[name])
    ? html`<${Empty} title=${t('journal.noneFound')}>
        <button type="button" class="btn btn-link" onClick=${() => narrow(Object.fromEntries(FILTERS.map((name) => [name, ''])))}>
          ${t('app.clearFilters')}
        </button>
      <//>`
    : html`<${Empty} title=${t('journal.empty')}><p>${t('journal.emptyStep')}</p><//>`;

/** All e-mail in one list. The address holds the filters, so a view can be sent to somebody else. */
export const Journal = ({ server }) => {
  const [query, change] = useQuery();
  const [verb, setVerb] = useState(null);
  const [result, setResult] = useState(null);
  const choices = useChoices(server);
  const first = Number(query.first) || 0;
  const narrow = (changes) => change({ ...changes, first: '' });
  const list = useAnswer(async () => {
    const filters = serverFilters(query);
    const order = query.group === 'contract' ? { sortBy: 'contract', sortOrder: 'asc' } : { sortBy: 'createdAt', sortOrder: 'desc' };
    const [mails, { count }, health] = await Promise.all([
      server.get('email', { ...filters, ...order, firstResult: first, maxResults: PAGE }),
      server.get('email/count', filters),
      server.get('health'),
    ]);
    return { mails, count, health };
  }, [JSON.stringify(query)]);
  const { mails = [], count, health } = list.data || {};
  const selection = useSelection(mails);
  return html`<div class="mailroom-page">
    <${Heading} title=${t('journal.title')}>
      <button type="button" class="btn btn-default" onClick=${list.reload}>${t('app.refresh')}</button>
    <//>
    ${health && !health.sending.enabled && html`<div class="alert alert-warning" role="alert">${t('card.sendingOff')}</div>`}
    ${health && html`<${Chips} health=${health} query=${query} narrow=${narrow} />`}
    <${Filters} query=${query} narrow=${narrow} choices=${choices} />
    <${Problem} error=${list.error} retry=${list.reload} />
    ${result && html`<${BulkResult} result=${result} />`}
    <${Bulk} mails=${mails} selection=${selection} onVerb=${setVerb} />
    ${!list.data && list.isLoading && html`<${Spinner} />`}
    ${list.data && mails.length === 0 && html`<${Nothing} query=${query} narrow=${narrow} />`}
    ${mails.length > 0 && html`<${MailTable} mails=${mails} isGrouped=${query.group === 'contract'} selection=${selection} />`}
    <${Paging} first=${first} size=${PAGE} count=${count} onTurn=${(to) => change({ first: to || '' })} />
    ${verb &&
    html`<${VerbDialog}
      server=${server}
      verb=${verb}
      path=${'email/' + verb}
      more=${{ ids: selection.ids }}
      onClose=${() => setVerb(null)}
      onDone=${(answer) => {
        setVerb(null);
        setResult(answer);
        selection.clear();
        list.reload();
      }}
    />`}
  </div>`;
};
