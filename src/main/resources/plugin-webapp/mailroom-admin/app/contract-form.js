import { html, useState } from '../shared/preact.js';
import { Choice, Lines, Text, Tick, linesOf, listOf, textOf } from '../shared/fields.js';
import { Done, Heading, Problem, Spinner } from '../shared/parts.js';
import { go, moveOn, pathTail, takeWord, useAnswer } from '../shared/page.js';
import { t, word } from '../shared/texts.js';

const LIST = '#/email/contracts';
const LISTS = ['domains', 'contacts', 'groups'];

const load = async (server, key) => {
  const [outboxes, rights, contract] = await Promise.all([
    server.get('mailbox', { type: 'OUTPUT', maxResults: 1000 }),
    server.get('rights'),
    key ? server.get('contract/' + encodeURIComponent(key)) : null,
  ]);
  return { outboxes, rights, contract };
};

const valuesOf = (contract) =>
  contract ? { ...contract, ...Object.fromEntries(LISTS.map((name) => [name, linesOf(contract[name])])) } : { enabled: true };

const bodyOf = (values) => ({
  key: textOf(values.key),
  ...Object.fromEntries(['name', 'customer', 'emailOutbox', 'locale', 'timeZone', 'tenantId'].map((name) => [name, textOf(values[name])])),
  ...Object.fromEntries(LISTS.map((name) => [name, listOf(values[name])])),
  enabled: values.enabled,
  ...(values.revision === undefined ? {} : { revision: values.revision }),
});

/** How a mailbox is offered: with what speaks against choosing it. */
const outboxLabel = (mailbox) => {
  const doubt = mailbox.health === 'FAILING' || mailbox.health === 'OFF' ? ` – ${word('health.', mailbox.health)}` : '';
  return `${mailbox.description} (${mailbox.key})${doubt}`;
};

const labelOf = (field) => word('contract.', field.replace(/\[\d+\]$/, ''));

const Editor = ({ server, initial }) => {
  const { outboxes, rights } = initial;
  const [stored, setStored] = useState(initial.contract);
  const [values, setValues] = useState(valuesOf(initial.contract));
  const [failure, setFailure] = useState(null);
  const [notice, setNotice] = useState(takeWord);
  const [isBusy, setBusy] = useState(false);
  const isNew = !stored;
  const readOnly = !rights.administer || Boolean(stored && stored.readOnly);
  const form = {
    values,
    errors: (failure && failure.fields) || {},
    readOnly,
    set: (name, value) => {
      setNotice(null);
      setValues((before) => ({ ...before, [name]: value }));
    },
  };
  const save = async (event) => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    setNotice(null);
    try {
      const body = bodyOf(values);
      const saved = isNew ? await server.post('contract', body) : await server.put('contract/' + encodeURIComponent(stored.key), body);
      const word = t('contract.saved', { name: saved.name });
      if (isNew) {
        moveOn(LIST + '/' + encodeURIComponent(saved.key), word);
        return;
      }
      setStored(saved);
      setValues(valuesOf(saved));
      setNotice(word);
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const label = (name) => t('contract.' + name);
  const text = (name, more) => html`<${Text} form=${form} name=${name} label=${label(name)} ...${more} />`;
  return html`<div class="mailroom-narrow">
    <${Heading}
      trail=${[[t('app.email'), '#/email/mailboxes'], [t('contracts.title'), LIST]]}
      title=${isNew ? label('newTitle') : stored.name}
    />
    ${stored && stored.readOnly && html`<div class="alert alert-info">${label('readOnly')}</div>`}
    <${Problem} error=${failure} labels=${labelOf} />
    ${notice && html`<${Done}>${notice}<//>`}
    <form class="mailroom-form" onSubmit=${save} noValidate>
      <div class="mailroom-columns">
        <${Text}
          form=${{ ...form, readOnly: readOnly || !isNew }}
          name="key"
          label=${label('key')}
          help=${label('keyHelp')}
          required
        />
        ${text('name', { required: true })} ${text('customer')}
        <${Choice}
          form=${form}
          name="emailOutbox"
          label=${label('emailOutbox')}
          help=${label('outboxHelp')}
          options=${[['', label('outboxSystem')], ...outboxes.map((mailbox) => [mailbox.key, outboxLabel(mailbox)])]}
        />
        <${Lines} form=${form} name="domains" label=${label('domains')} help=${label('domainsHelp')} />
        <${Lines} form=${form} name="contacts" label=${label('contacts')} help=${label('contactsHelp')} />
        <${Tick} form=${form} name="enabled" label=${label('enabled')} />
      </div>
      <details open=${['locale', 'timeZone', 'groups', 'tenantId'].some((name) => form.errors[name])}>
        <summary>${t('app.advanced')}</summary>
        <div class="mailroom-columns">
          ${text('locale', { help: label('localeHelp'), narrow: true })} ${text('timeZone', { help: label('timeZoneHelp') })}
          <${Lines} form=${form} name="groups" label=${label('groups')} help=${label('groupsHelp')} />
          ${text('tenantId')}
        </div>
      </details>
      <div class="form-actions">
        <button type="button" class="btn btn-default" onClick=${() => go(LIST)}>${t(notice ? 'app.close' : 'app.cancel')}</button>
        ${!readOnly && html`<button type="submit" class="btn btn-primary" disabled=${isBusy}>${t('app.save')}</button>`}
      </div>
    </form>
  </div>`;
};

/** Registers a contract or changes one. */
export const ContractForm = ({ server }) => {
  const [key] = useState(() => (location.hash.startsWith(LIST + '/') ? pathTail('/email/contracts/') : ''));
  const { data, error, reload } = useAnswer(() => load(server, key), []);
  return html`<div class="mailroom-page">
    ${error && html`<${Problem} error=${error} retry=${reload} />`} ${!data && !error && html`<${Spinner} />`}
    ${data && html`<${Editor} server=${server} initial=${data} />`}
  </div>`;
};
