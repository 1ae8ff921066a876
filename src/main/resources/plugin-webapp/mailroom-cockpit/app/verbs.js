// What people can do with a mail. Which of it is possible now, the server says with each mail.
import { html, useState } from '../shared/preact.js';
import { Choice, Lines, Text, listOf, textOf } from '../shared/fields.js';
import { Confirm } from '../shared/parts.js';
import { useAnswer } from '../shared/page.js';
import { t } from '../shared/texts.js';

/** Those that need nothing but the mail itself, so many can be done at once. */
export const BULK_VERBS = ['retry', 'mark-sent', 'cancel', 'reprocess', 'discard'];

const DANGEROUS = ['cancel', 'discard', 'mark-sent'];

const CancelFields = ({ form }) => html`<${Choice}
  form=${form}
  name="then"
  label=${t('verb.cancel.then')}
  options=${['CONTINUE', 'ERROR', 'INCIDENT'].map((then) => [then, t('verb.cancel.' + then)])}
/>`;

const ResendFields = ({ form }) => html`<${Lines} form=${form} name="recipients" label=${t('verb.resend.recipients')} help=${t('app.listHint')} />`;

const StartFields = ({ form, server }) => {
  const { data } = useAnswer(async () => {
    const [contracts, processes] = await Promise.all([
      server.get('contract', { maxResults: 1000 }),
      server.engine('process-definition', { latestVersion: true, maxResults: 1000 }).catch(() => []),
    ]);
    return { contracts, processes: processes.filter(({ key }) => !key.startsWith('mailroom-')) };
  }, []);
  const { contracts = [], processes = [] } = data || {};
  return html`<${Text}
      form=${form}
      name="processDefinitionKey"
      label=${t('verb.start.process')}
      required
      list="mailroom-verb-processes"
      options=${processes.map(({ key, name }) => [key, name || key])}
    />
    <${Choice}
      form=${form}
      name="contract"
      label=${t('verb.start.contract')}
      options=${[['', t('app.none')], ...contracts.map(({ key, name }) => [key, name])]}
    />
    <${Text} form=${form} name="businessKey" label=${t('verb.start.businessKey')} />`;
};

const AssignFields = ({ form }) => html`<${Text} form=${form} name="processInstanceId" label=${t('verb.assign.instance')} required />`;

const FIELDS = { cancel: CancelFields, resend: ResendFields, start: StartFields, assign: AssignFields };

const startValues = (verb, mail) => ({
  then: 'CONTINUE',
  contract: (mail && mail.contract) || '',
  recipients: verb === 'resend' && mail ? [...mail.to, ...mail.cc, ...mail.bcc].map(({ address }) => address).join('\n') : '',
});

const bodyOf = (verb, values) => {
  const own = {
    cancel: () => ({ then: values.then }),
    resend: () => ({ recipients: listOf(values.recipients) }),
    start: () => ({
      processDefinitionKey: textOf(values.processDefinitionKey),
      contract: textOf(values.contract),
      businessKey: textOf(values.businessKey),
    }),
    assign: () => ({ processInstanceId: textOf(values.processInstanceId) }),
  }[verb];
  const comment = textOf(values.comment);
  return { ...(own ? own() : {}), ...(comment ? { comment } : {}) };
};

/** Says what will happen, asks what must be known, takes a comment, and does it. */
export const VerbDialog = ({ server, verb, path, mail, more, onClose, onDone }) => {
  const [values, setValues] = useState(startValues(verb, mail));
  const [errors, setErrors] = useState({});
  const Fields = FIELDS[verb];
  const form = { values, errors, set: (name, value) => setValues((before) => ({ ...before, [name]: value })) };
  const act = async () => {
    try {
      return await server.post(path, { ...bodyOf(verb, values), ...more });
    } catch (error) {
      setErrors(error.fields || {});
      throw error;
    }
  };
  return html`<${Confirm}
    title=${t('verb.' + verb)}
    text=${t(`verb.${verb}.text`)}
    label=${t('verb.' + verb)}
    danger=${DANGEROUS.includes(verb)}
    deed=${act}
    onClose=${onClose}
    onDone=${onDone}
  >
    ${Fields && html`<${Fields} form=${form} server=${server} />`}
    <${Lines} form=${form} name="comment" label=${t('app.comment')} />
  <//>`;
};
