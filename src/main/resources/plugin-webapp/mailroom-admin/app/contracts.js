import { html, useState } from '../shared/preact.js';
import { Confirm, Empty, Heading, Paging, Problem, Spinner } from '../shared/parts.js';
import { useAnswer, useQuery } from '../shared/page.js';
import { t } from '../shared/texts.js';

const PAGE = 50;
const mailboxLink = (key) => html`<a href=${'#/email/mailboxes/' + encodeURIComponent(key)}>${key}</a>`;

const Row = ({ contract, rights, onDelete }) => {
  const page = '#/email/contracts/' + encodeURIComponent(contract.key);
  return html`<tr data-key=${contract.key}>
    <td><a href=${page}>${contract.key}</a></td>
    <td>${contract.name}</td>
    <td>${contract.customer}</td>
    <td>${contract.emailOutbox ? mailboxLink(contract.emailOutbox) : html`<em>${t('contracts.system')}</em>`}</td>
    <td>${contract.inputMailboxes.map((key, i) => html`${i > 0 && ', '}${mailboxLink(key)}`)}</td>
    <td>${t(contract.enabled ? 'app.yes' : 'app.no')}</td>
    <td class="mailroom-actions">
      <a class="btn btn-default btn-sm" href=${page}>${t('app.edit')}</a>
      ${rights.administer &&
      !contract.readOnly &&
      html`<button type="button" class="btn btn-default btn-sm" onClick=${onDelete}>${t('app.delete')}</button>`}
    </td>
  </tr>`;
};

export const Contracts = ({ server }) => {
  const [query, change] = useQuery();
  const [doomed, setDoomed] = useState(null);
  const first = Number(query.first) || 0;
  const list = useAnswer(
    async () => {
      const [contracts, { count }, rights] = await Promise.all([
        server.get('contract', { text: query.text, sortBy: 'key', firstResult: first, maxResults: PAGE }),
        server.get('contract/count', { text: query.text }),
        server.get('rights'),
      ]);
      return { contracts, count, rights };
    },
    [query.text, first],
  );
  const found = list.data && list.data.contracts;
  const rights = (list.data && list.data.rights) || {};
  const newContract = html`<a class="btn btn-primary" href="#/email/new-contract">${t('contracts.new')}</a>`;
  return html`<div class="mailroom-page">
    <${Heading} trail=${[[t('app.email'), '#/email/mailboxes']]} title=${t('contracts.title')}>
      <a class="btn btn-link" href="#/email/mailboxes">${t('mailboxes.title')}</a>
      ${rights.administer && newContract}
    <//>
    <div class="form-inline mailroom-filters">
      <input
        type="search"
        class="form-control input-sm"
        placeholder=${t('app.search')}
        aria-label=${t('app.search')}
        value=${query.text || ''}
        onInput=${(event) => change({ text: event.target.value, first: '' })}
      />
    </div>
    <${Problem} error=${list.error} retry=${list.reload} />
    ${!found && list.isLoading && html`<${Spinner} />`}
    ${found &&
    found.length === 0 &&
    (query.text
      ? html`<${Empty} title=${t('contracts.noneFound')} />`
      : html`<${Empty} title=${t('contracts.empty')}>
          <p>${t('contracts.emptyStep')}</p>
          ${rights.administer && html`<p>${newContract}</p>`}
        <//>`)}
    ${found &&
    found.length > 0 &&
    html`<table class="table cam-table mailroom-table">
      <thead>
        <tr>
          ${['key', 'name', 'customer', 'emailOutbox', 'inputs', 'active'].map((column) => html`<th scope="col">${t('contracts.' + column)}</th>`)}
          <th scope="col">${t('app.actions')}</th>
        </tr>
      </thead>
      <tbody>
        ${found.map((contract) => html`<${Row} key=${contract.key} contract=${contract} rights=${rights} onDelete=${() => setDoomed(contract)} />`)}
      </tbody>
    </table>`}
    ${found && html`<${Paging} first=${first} size=${PAGE} count=${list.data.count} onTurn=${(to) => change({ first: to || '' })} />`}
    ${doomed &&
    html`<${Confirm}
      title=${t('contracts.deleteTitle', { name: doomed.name })}
      text=${t('contracts.deleteText')}
      label=${t('app.delete')}
      danger
      deed=${() => server.remove('contract/' + encodeURIComponent(doomed.key))}
      onClose=${() => setDoomed(null)}
      onDone=${() => {
        setDoomed(null);
        list.reload();
      }}
    />`}
  </div>`;
};
