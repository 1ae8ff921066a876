import { html, useEffect, useState } from '../shared/preact.js';
import { Confirm, Done, Empty, Heading, HealthLabel, Paging, Problem, Spinner, Switch, Time } from '../shared/parts.js';
import { before, exactTime, listTime } from '../shared/format.js';
import { useAnswer, useQuery } from '../shared/page.js';
import { t } from '../shared/texts.js';
import { SendingBar } from './sending.js';

const PAGE = 25;

const endpoint = (mailbox) =>
  mailbox.type === 'INPUT'
    ? `${mailbox.provider}://${mailbox.server}:${mailbox.port}`
    : `smtp${mailbox.security === 'TLS' ? 's' : ''}://${mailbox.server}:${mailbox.port}`;

/** How each mailbox of the page fares, once it is known; by key. */
const useHealth = (server, mailboxes) => {
  const [byKey, setByKey] = useState({});
  const keys = (mailboxes || []).map((mailbox) => mailbox.key).join('\n');
  useEffect(() => {
    let isCurrent = true;
    for (const { key } of mailboxes || []) {
      server.get(`mailbox/${encodeURIComponent(key)}/health`).then(
        (health) => isCurrent && setByKey((known) => ({ ...known, [key]: health })),
        (error) => isCurrent && setByKey((known) => ({ ...known, [key]: { error } })),
      );
    }
    return () => {
      isCurrent = false;
    };
  }, [keys, mailboxes]);
  return byKey;
};

const Health = ({ state, health }) => html`<div>
  <${HealthLabel} state=${(health && health.state) || state} />
  ${health && health.since && health.state !== 'OK' && html` <small title=${exactTime(health.since)}>${t('health.since', { time: listTime(health.since) })}</small>`}
  ${health && health.reason && health.state !== 'OK' && html`<div class="mailroom-reason">${health.reason.text}</div>`}
  ${health &&
  health.nextTry &&
  health.state === 'FAILING' &&
  html`<small>${t('health.nextTry', { time: '' })}<${Time} of=${health.nextTry} /></small>`}
</div>`;

const Row = ({ mailbox, health, rights, onSwitch, onDelete, onRead }) => {
  const page = '#/email/mailboxes/' + encodeURIComponent(mailbox.key);
  const name = mailbox.description;
  return html`<tr data-key=${mailbox.key}>
    <td>
      <a href=${page}>${name}</a>
      <div class="mailroom-key">${mailbox.key}</div>
      ${mailbox.systemMailbox && html`<span class="label label-info">${t('mailboxes.system')}</span> `}
      ${mailbox.readOnly && html`<span class="label label-default">${t('mailboxes.readOnly')}</span>`}
    </td>
    <td>${t('type.' + mailbox.type)}</td>
    <td class="mailroom-break">${endpoint(mailbox)}</td>
    <td class="mailroom-break">${mailbox.user}</td>
    <td><${Health} state=${mailbox.health} health=${health} /></td>
    <td>${health && (health.lastSuccess ? html`<${Time} of=${health.lastSuccess} />` : t('mailboxes.never'))}</td>
    <td class="mailroom-number">
      ${health && health.waiting}
      ${health && health.lag && html`<div><small>${t('health.lag', { time: '' })}<${Time} of=${before(health.lag)} /></small></div>`}
    </td>
    <td>
      <${Switch}
        isOn=${mailbox.enabled}
        label=${t(mailbox.enabled ? 'mailboxes.switchOff' : 'mailboxes.switchOn', { name })}
        disabled=${!rights.administer || mailbox.readOnly}
        onChange=${onSwitch}
      />
    </td>
    <td class="mailroom-actions">
      <a class="btn btn-default btn-sm" href=${page}>${t('app.edit')}</a>
      ${rights.administer &&
      html`<a class="btn btn-default btn-sm" href=${'#/email/new-mailbox?from=' + encodeURIComponent(mailbox.key)}>${t('app.duplicate')}</a>`}
      ${rights.operate &&
      mailbox.type === 'INPUT' &&
      mailbox.enabled &&
      html`<button type="button" class="btn btn-default btn-sm" onClick=${onRead}>${t('mailboxes.readNow')}</button>`}
      ${rights.administer &&
      !mailbox.readOnly &&
      html`<button type="button" class="btn btn-default btn-sm" onClick=${onDelete}>${t('app.delete')}</button>`}
    </td>
  </tr>`;
};

const Filters = ({ query, change }) => {
  const choice = (name, options) => html`<select
    class="form-control input-sm"
    aria-label=${t('mailboxes.' + name)}
    onChange=${(event) => change({ [name]: event.target.value, first: '' })}
  >
    ${options.map(([value, text]) => html`<option value=${value} selected=${(query[name] || '') === value}>${text}</option>`)}
  </select>`;
  return html`<div class="form-inline mailroom-filters">
    <input
      type="search"
      class="form-control input-sm"
      placeholder=${t('app.search')}
      aria-label=${t('app.search')}
      value=${query.text || ''}
      onInput=${(event) => change({ text: event.target.value, first: '' })}
    />
    ${choice('type', [
      ['', t('mailboxes.anyType')],
      ['INPUT', t('type.INPUT')],
      ['OUTPUT', t('type.OUTPUT')],
    ])}
    ${choice('health', [
      ['', t('mailboxes.anyHealth')],
      ...['FAILING', 'WARNING', 'OK', 'UNKNOWN', 'PAUSED', 'OFF'].map((state) => [state, t('health.' + state)]),
    ])}
  </div>`;
};

const NewMailbox = () => html`<a class="btn btn-primary" href="#/email/new-mailbox?type=OUTPUT" title=${t('mailboxes.newOutput')}>${t('card.newOutput')}</a>
  <a class="btn btn-primary" href="#/email/new-mailbox?type=INPUT" title=${t('mailboxes.newInput')}>${t('card.newInput')}</a>`;

const DeleteDialog = ({ server, mailbox, onClose, onDone }) => {
  const path = 'mailbox/' + encodeURIComponent(mailbox.key);
  const switchOff = async () => {
    await server.put(path + '/enabled', { enabled: false });
    onDone();
  };
  return html`<${Confirm}
    title=${t('mailboxes.deleteTitle', { name: mailbox.description })}
    text=${t('mailboxes.deleteText')}
    label=${t('app.delete')}
    danger
    deed=${() => server.remove(path)}
    onClose=${onClose}
    onDone=${onDone}
    afterError=${mailbox.enabled &&
    html`<button type="button" class="btn btn-default" onClick=${switchOff}>${t('mailboxes.deleteInstead')}</button>`}
  />`;
};

export const Mailboxes = ({ server }) => {
  const [query, change] = useQuery();
  const [doomed, setDoomed] = useState(null);
  const [failure, setFailure] = useState(null);
  const [notice, setNotice] = useState(null);
  const first = Number(query.first) || 0;
  const { type, health, text } = query;
  const filters = { type, health, text };
  const list = useAnswer(
    async () => {
      const [mailboxes, { count }, rights] = await Promise.all([
        server.get('mailbox', { ...filters, sortBy: 'description', firstResult: first, maxResults: PAGE }),
        server.get('mailbox/count', filters),
        server.get('rights'),
      ]);
      return { mailboxes, count, rights };
    },
    [type, health, text, first],
  );
  const found = list.data && list.data.mailboxes;
  const rights = (list.data && list.data.rights) || {};
  const byKey = useHealth(server, found);
  const attempt = async (deed) => {
    setFailure(null);
    setNotice(null);
    try {
      await deed();
    } catch (error) {
      setFailure(error);
    }
  };
  const pathOf = (mailbox) => 'mailbox/' + encodeURIComponent(mailbox.key);
  const switchTo = (mailbox, enabled) =>
    attempt(async () => {
      await server.put(pathOf(mailbox) + '/enabled', { enabled });
      list.reload();
    });
  const read = (mailbox) =>
    attempt(async () => {
      await server.post(pathOf(mailbox) + '/read-now', {});
      setNotice(t('mailboxes.readingNow', { name: mailbox.description }));
    });
  const isFiltered = type || health || text;
  return html`<div class="mailroom-page">
    <${Heading} trail=${[[t('app.email'), '#/email/mailboxes']]} title=${t('mailboxes.title')}>
      <a class="btn btn-link" href="#/email/contracts">${t('contracts.title')}</a>
      <button type="button" class="btn btn-default" onClick=${list.reload}>${t('app.refresh')}</button>
      ${rights.administer && html`<${NewMailbox} />`}
    <//>
    <${SendingBar} server=${server} rights=${rights} />
    <${Filters} query=${query} change=${change} />
    <${Problem} error=${list.error || failure} retry=${list.error && list.reload} />
    ${notice && html`<${Done}>${notice}<//>`}
    ${!found && list.isLoading && html`<${Spinner} />`}
    ${found &&
    found.length === 0 &&
    (isFiltered
      ? html`<${Empty} title=${t('mailboxes.noneFound')}>
          <button type="button" class="btn btn-link" onClick=${() => change({ type: '', health: '', text: '' })}>${t('app.clearFilters')}</button>
        <//>`
      : html`<${Empty} title=${t('mailboxes.empty')}>
          <p>${t('mailboxes.emptyStep')}</p>
          ${rights.administer && html`<p><a class="btn btn-primary" href="#/email/new-mailbox?type=OUTPUT">${t('card.newOutput')}</a></p>`}
        <//>`)}
    ${found &&
    found.length > 0 &&
    html`<table class="table cam-table mailroom-table">
      <thead>
        <tr>
          ${['description', 'type', 'server', 'user', 'health', 'lastSuccess', 'waiting', 'active'].map(
            (column) => html`<th scope="col">${t('mailboxes.' + column)}</th>`,
          )}
          <th scope="col">${t('app.actions')}</th>
        </tr>
      </thead>
      <tbody>
        ${found.map(
          (mailbox) => html`<${Row}
            key=${mailbox.key}
            mailbox=${mailbox}
            health=${byKey[mailbox.key]}
            rights=${rights}
            onSwitch=${(enabled) => switchTo(mailbox, enabled)}
            onDelete=${() => setDoomed(mailbox)}
            onRead=${() => read(mailbox)}
          />`,
        )}
      </tbody>
    </table>`}
    ${found && html`<${Paging} first=${first} size=${PAGE} count=${list.data.count} onTurn=${(to) => change({ first: to || '' })} />`}
    ${doomed &&
    html`<${DeleteDialog}
      server=${server}
      mailbox=${doomed}
      onClose=${() => setDoomed(null)}
      onDone=${() => {
        setDoomed(null);
        list.reload();
      }}
    />`}
  </div>`;
};
