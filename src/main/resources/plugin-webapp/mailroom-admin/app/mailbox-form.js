import { html, useEffect, useRef, useState } from '../shared/preact.js';
import { Choice, Text } from '../shared/fields.js';
import { Done, Heading, HealthLabel, Problem, Spinner } from '../shared/parts.js';
import { go, hashQuery, moveOn, pathTail, takeWord, useAnswer } from '../shared/page.js';
import { t } from '../shared/texts.js';
import { ConnectionReport } from './connection-test.js';
import { Advanced, InputFields, OutputFields, hasFaultInside, labelOf } from './mailbox-fields.js';
import { SendTest } from './send-test.js';
import { PRESETS, bodyOf, copyOf, isPop, newValues, usualPort, valuesOf, withoutSecrets } from './mailbox-values.js';

const LIST = '#/email/mailboxes';

/** What the form offers to choose from. Who may not list processes types the key. */
const loadChoices = async (server) => {
  const [contracts, mailboxes, processes] = await Promise.all([
    server.get('contract', { maxResults: 1000 }),
    server.get('mailbox', { type: 'INPUT', maxResults: 1000 }),
    server.engine('process-definition', { latestVersion: true, maxResults: 1000 }).catch(() => []),
  ]);
  return {
    contracts: contracts.map((contract) => [contract.key, contract.name]),
    inputs: mailboxes.map((mailbox) => [mailbox.key, mailbox.description]),
    processes: processes.filter(({ key }) => !key.startsWith('mailroom-')).map(({ key, name }) => [key, name || key]),
  };
};

const load = async (server, key, query) => {
  const [choices, rights, mailbox] = await Promise.all([
    loadChoices(server),
    server.get('rights'),
    key || query.from ? server.get('mailbox/' + encodeURIComponent(key || query.from)) : null,
  ]);
  const values = key ? valuesOf(mailbox) : mailbox ? copyOf(mailbox) : newValues(query.type === 'INPUT' ? 'INPUT' : 'OUTPUT');
  return { choices, rights, mailbox: key ? mailbox : null, values };
};

/** REST has one field where the form asks in another way. */
const fieldOf = (name, values) => {
  const others = { security: values.type === 'INPUT' ? 'startTls' : 'encryption', startFrom: values.start === 'DAY' ? 'day' : 'start' };
  return others[name] || name;
};

const atFields = (faults, values) => Object.fromEntries(faults.map(([name, text]) => [fieldOf(name, values), text]));

/** The fields that failed steps of a test name. */
const faultsIn = (report, values) =>
  atFields(report.steps.filter((step) => step.ok === false && step.field).map((step) => [step.field, step.text]), values);

const focusFirstFault = (element) => {
  const fault = element && element.querySelector('[aria-invalid="true"]');
  if (fault) {
    fault.focus();
  }
};

const Editor = ({ server, initial }) => {
  const { choices, rights } = initial;
  const [stored, setStored] = useState(initial.mailbox);
  const [values, setValues] = useState(initial.values);
  const [isPortOwn, setPortOwn] = useState(Number(initial.values.port) !== usualPort(initial.values));
  const [errors, setErrors] = useState({});
  const [failure, setFailure] = useState(null);
  const [report, setReport] = useState(null);
  const [busy, setBusy] = useState(null);
  const [notice, setNotice] = useState(takeWord);
  const [isSending, setSending] = useState(false);
  const element = useRef(null);
  const isNew = !stored;
  const readOnly = !rights.administer || Boolean(stored && stored.readOnly);

  const set = (name, value) => {
    setNotice(null);
    setErrors((before) => Object.fromEntries(Object.entries(before).filter(([field]) => field !== name)));
    if (name === 'port' || name === 'preset') {
      setPortOwn(name === 'port');
    }
    setValues((before) => {
      const after = { ...before, [name]: value, ...(name === 'preset' ? PRESETS[value] : {}) };
      if (!isPortOwn && ['provider', 'tls', 'encryption', 'type'].includes(name)) {
        after.port = usualPort(after);
      }
      if (isPop(after) && (after.afterReading === 'MOVE' || after.afterReading === 'SEEN')) {
        after.afterReading = 'LEAVE';
      }
      return after;
    });
  };

  const changeType = (name, type) => {
    const fresh = newValues(type);
    const { description, server: host, user, password, authentication } = values;
    setPortOwn(false);
    setErrors({});
    setReport(null);
    setValues({ ...fresh, description, server: host, user, password, authentication: authentication || 'PASSWORD' });
  };

  const refused = (error) => {
    if (error.fields && error.fields.startTls) {
      // REST says it in its own words; here there is a box to tick.
      error.fields.startTls = t('mailbox.startTlsFault');
    }
    setFailure(error);
    setErrors(atFields(Object.entries(error.fields || {}), values));
    requestAnimationFrame(() => focusFirstFault(element.current));
  };

  const run = (what, deed) => async (event) => {
    event.preventDefault();
    setBusy(what);
    setFailure(null);
    setNotice(null);
    try {
      await deed();
    } catch (error) {
      refused(error);
    } finally {
      setBusy(null);
    }
  };

  const path = stored ? 'mailbox/' + encodeURIComponent(stored.key) : 'mailbox';
  const save = run('save', async () => {
    const saved = stored ? await server.put(path, bodyOf(values)) : await server.post(path, bodyOf(values));
    const word = { text: t('mailbox.saved', { name: saved.description }), warnings: saved.warnings };
    if (!stored) {
      moveOn(LIST + '/' + encodeURIComponent(saved.key), word);
      return;
    }
    setErrors({});
    setStored(saved);
    setValues(withoutSecrets(valuesOf(saved)));
    setNotice(word);
  });
  const test = run('test', async () => {
    setReport(null);
    const found = await server.post(path + '/test', bodyOf(values));
    setReport(found);
    setErrors(faultsIn(found, values));
  });

  useEffect(() => {
    if (notice || failure) {
      element.current.scrollIntoView({ block: 'start' });
    }
  }, [notice, failure]);

  const form = { values, errors, set, readOnly };
  const isInput = values.type === 'INPUT';
  return html`<div ref=${element} class="mailroom-narrow">
    <${Heading}
      trail=${[[t('app.email'), LIST], [t('mailboxes.title'), LIST]]}
      title=${isNew ? t('mailbox.new' + values.type) : stored.description}
    >
      ${stored && html`<${HealthLabel} state=${stored.health} />`}
    <//>
    ${stored && stored.readOnly && html`<div class="alert alert-info">${t('mailbox.readOnly')}</div>`}
    <${Problem} error=${failure} labels=${labelOf} />
    ${notice &&
    html`<${Done}>
      ${notice.text}
      ${(notice.warnings || []).map((warning) => html`<div class="text-warning">${warning}</div>`)}
    <//>`}
    <form class="mailroom-form" onSubmit=${save} noValidate>
      <div class="mailroom-columns">
        <${Text} form=${form} name="description" label=${t('mailbox.description')} required />
        <${Choice}
          form=${{ ...form, set: changeType, readOnly: readOnly || !isNew }}
          name="type"
          label=${t('mailbox.type')}
          options=${[
            ['INPUT', t('type.INPUT')],
            ['OUTPUT', t('type.OUTPUT')],
          ]}
          required
        />
      </div>
      ${isInput ? html`<${InputFields} form=${form} choices=${choices} />` : html`<${OutputFields} form=${form} />`}
      <details open=${hasFaultInside(values.type, errors) || values.authentication === 'OAUTH2'}>
        <summary>${t('app.advanced')}</summary>
        <${Advanced} form=${form} choices=${choices} isNew=${isNew} />
      </details>
      ${report && html`<${ConnectionReport} report=${report} />`}
      <div class="form-actions">
        ${rights.administer &&
        html`<button type="button" class="btn btn-default mailroom-left" onClick=${test} disabled=${busy}>
          ${busy === 'test' ? t('test.running') : t('test.run')}
        </button>`}
        ${rights.operate &&
        stored &&
        !isInput &&
        html`<button type="button" class="btn btn-default mailroom-left" onClick=${() => setSending(true)}>${t('sendTest.button')} …</button>`}
        <button type="button" class="btn btn-default" onClick=${() => go(LIST)}>${t(notice ? 'app.close' : 'app.cancel')}</button>
        ${!readOnly && html`<button type="submit" class="btn btn-primary" disabled=${busy}>${t('app.save')}</button>`}
      </div>
    </form>
    ${isSending &&
    html`<${SendTest}
      server=${server}
      path=${path}
      onClose=${() => setSending(false)}
      onDone=${(text) => {
        setSending(false);
        setNotice({ text });
      }}
    />`}
  </div>`;
};

/** Registers a mailbox (also a copy of another: ?from=key) or changes one. */
export const MailboxForm = ({ server }) => {
  const [key] = useState(() => (location.hash.startsWith(LIST + '/') ? pathTail('/email/mailboxes/') : ''));
  const [query] = useState(hashQuery);
  const { data, error, reload } = useAnswer(() => load(server, key, query), []);
  return html`<div class="mailroom-page">
    ${error && html`<${Problem} error=${error} retry=${reload} />`} ${!data && !error && html`<${Spinner} />`}
    ${data && html`<${Editor} server=${server} initial=${data} />`}
  </div>`;
};
