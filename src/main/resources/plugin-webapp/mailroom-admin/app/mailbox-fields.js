// The fields of each type of mailbox: those of the original first, in its order and words; the rest folded away.
import { html } from '../shared/preact.js';
import { Choice, Lines, Text, Tick, YesNo, faultOf } from '../shared/fields.js';
import { exactTime } from '../shared/format.js';
import { t } from '../shared/texts.js';
import { isPop, mayStartTls } from './mailbox-values.js';

const label = (name) => t('mailbox.' + name);
const options = (name, values) => values.map((value) => [value, t(`mailbox.${name}.${value}`)]);

/** What a field is called where the summary of faults names it. */
export const labelOf = (field) => {
  const plain = field.replace(/\[\d+\]$/, '');
  const named = { startTls: 'startTls', security: 'encryption', startFrom: 'startFrom' }[plain] || plain;
  const text = t('mailbox.' + named);
  return text === 'mailbox.' + named ? field : text;
};

const ADVANCED = {
  INPUT: ['key', 'address', 'aliases', 'pollInterval', 'allowedSenders', 'blockedSenders', 'senders', 'routingDecision'],
  OUTPUT: ['key', 'maxConnections', 'messagesPerMinute', 'maxRecipientsPerMessage', 'retries', 'giveUpAfter', 'onUncertain'],
};
const ALWAYS = ['authentication', 'trustedCertificates', 'tenantId'];

/** Whether a fault stands in the folded part, which is opened then. */
export const hasFaultInside = (type, errors) =>
  [...ADVANCED[type], ...ALWAYS].some((name) => faultOf(errors, name)) ||
  Object.keys(errors).some((name) => name.startsWith('oauth2') || name.startsWith('sentCopy'));

const Password = ({ form, values }) => html`<${Text}
  form=${form}
  name="password"
  type="password"
  label=${label('password')}
  required=${!values.passwordSet}
  placeholder=${values.passwordSet ? t('mailbox.passwordKept') : ''}
  help=${values.passwordSet ? t('mailbox.passwordHelp', { time: exactTime(values.passwordChangedAt) }) : undefined}
/>`;

const secret = (form, values, name) => html`<${Text}
  form=${form}
  name=${'oauth2.' + name}
  type="password"
  label=${label('oauth2.' + name)}
  placeholder=${values.oauth2 && values.oauth2[name + 'Set'] ? t('mailbox.passwordKept') : ''}
/>`;

const OAuth2 = ({ form, values }) => {
  const grant = values['oauth2.grant'];
  const text = (name, more) => html`<${Text} form=${form} name=${'oauth2.' + name} label=${label('oauth2.' + name)} ...${more} />`;
  return html`<${Choice}
      form=${form}
      name="oauth2.grant"
      label=${label('oauth2.grant')}
      options=${options('oauth2.grant', ['CLIENT_CREDENTIALS', 'REFRESH_TOKEN', 'SERVICE_ACCOUNT'])}
    />
    ${text('tokenUrl', { required: grant !== 'SERVICE_ACCOUNT' })}
    ${grant !== 'SERVICE_ACCOUNT' && text('clientId', { required: true })} ${text('scope')}
    ${grant !== 'SERVICE_ACCOUNT' && secret(form, values, 'clientSecret')}
    ${grant !== 'SERVICE_ACCOUNT' && text('clientSecretExpires', { type: 'date' })}
    ${grant === 'REFRESH_TOKEN' && secret(form, values, 'refreshToken')}
    ${grant === 'SERVICE_ACCOUNT' && html`<${Lines} form=${form} name="oauth2.serviceAccountKey" label=${label('oauth2.serviceAccountKey')} />`}`;
};

const ServerAndPort = ({ form }) => html`<${Text} form=${form} name="server" label=${label('server')} help=${label('serverHelp')} required />
  <${Text} form=${form} name="port" label=${label('port')} help=${label('portHelp')} narrow />`;

export const InputFields = ({ form, choices }) => {
  const { values } = form;
  return html`<fieldset>
      <legend>${label('account')}</legend>
      <div class="mailroom-columns">
        <${ServerAndPort} form=${form} />
        <${Text} form=${form} name="user" label=${label('user')} help=${label('userHelp')} required />
        ${values.authentication === 'PASSWORD' && html`<${Password} form=${form} values=${values} />`}
        <${Choice} form=${form} name="provider" label=${label('provider')} options=${['imaps', 'pops', 'imap', 'pop'].map((one) => [one, one])} required />
        ${!isPop(values) && html`<${Text} form=${form} name="folder" label=${label('folder')} help=${label('folderHelp')} />`}
        ${mayStartTls(values) && html`<${Tick} form=${form} name="startTls" label=${label('startTls')} />`}
        ${mayStartTls(values) &&
        !values.startTls &&
        html`<${Tick} form=${form} name="allowPlainText" label=${label('allowPlainText')} help=${label('noTlsWarning')} />`}
      </div>
    </fieldset>
    <fieldset>
      <legend>${label('purpose')}</legend>
      <div class="mailroom-columns">
        <${Choice}
          form=${form}
          name="contract"
          label=${label('contract')}
          help=${label('contractHelp')}
          options=${[['', t('app.none')], ...choices.contracts]}
        />
        <${Text}
          form=${form}
          name="processDefinitionKey"
          label=${label('processDefinitionKey')}
          help=${label('processHelp')}
          list="mailroom-processes"
          options=${choices.processes}
        />
        <${Choice}
          form=${form}
          name="afterReading"
          label=${label('afterReading')}
          options=${options('afterReading', isPop(values) ? ['LEAVE', 'DELETE'] : ['LEAVE', 'SEEN', 'MOVE', 'DELETE'])}
        />
        ${values.afterReading === 'MOVE' && html`<${Text} form=${form} name="moveTo" label=${label('moveTo')} required />`}
        <${Choice}
          form=${form}
          name="start"
          label=${label('startFrom')}
          help=${values.start === 'NOW' ? undefined : label('startFrom.allWarning')}
          options=${options('startFrom', ['NOW', 'ALL', 'DAY'])}
        />
        ${values.start === 'DAY' && html`<${Text} form=${form} name="day" type="date" label=${label('day')} required />`}
      </div>
    </fieldset>`;
};

const InputAdvanced = ({ form }) => {
  const { values } = form;
  return html`<${Choice}
      form=${form}
      name="authentication"
      label=${label('authentication')}
      options=${options('authentication', ['PASSWORD', 'OAUTH2', 'NONE'])}
    />
    ${values.authentication === 'OAUTH2' && html`<${OAuth2} form=${form} values=${values} />`}
    <${Text} form=${form} name="address" label=${label('address')} help=${label('addressHelp')} />
    <${Lines} form=${form} name="aliases" label=${label('aliases')} help=${t('app.listHint')} />
    <${Tick} form=${form} name="plusAddressing" label=${label('plusAddressing')} />
    <${Text} form=${form} name="pollInterval" label=${label('pollInterval')} help=${label('durationHelp')} placeholder="PT1M" narrow />
    ${!isPop(values) && html`<${Tick} form=${form} name="push" label=${label('push')} />`}
    <${Choice} form=${form} name="senders" label=${label('senders')} options=${options('senders', ['ANYONE', 'ALLOWED'])} />
    <${Lines} form=${form} name="allowedSenders" label=${label('allowedSenders')} help=${t('app.listHint')} />
    <${Lines} form=${form} name="blockedSenders" label=${label('blockedSenders')} help=${t('app.listHint')} />
    <${Text} form=${form} name="routingDecision" label=${label('routingDecision')} help=${label('routingHelp')} />`;
};

export const OutputFields = ({ form }) => {
  const { values } = form;
  return html`<fieldset>
      <legend>${label('account')}</legend>
      <div class="mailroom-columns">
        ${!form.readOnly &&
        html`<${Choice}
            form=${form}
            name="preset"
            label=${label('preset')}
            help=${label('presetHelp')}
            options=${[['', t('app.none')], ...options('preset', ['MICROSOFT', 'GOOGLE', 'OWN'])]}
          />
          <div></div>`}
        <${ServerAndPort} form=${form} />
        <div class="mailroom-wide"><${Text} form=${form} name="sender" label=${label('sender')} help=${label('senderHelp')} required /></div>
        <${YesNo} form=${form} name="tls" label=${label('tls')} help=${values.tls ? undefined : label('noTlsWarning')} />
        ${values.tls
          ? html`<${Choice} form=${form} name="encryption" label=${label('encryption')} options=${options('encryption', ['STARTTLS', 'TLS'])} />`
          : html`<div></div>`}
        <${YesNo} form=${form} name="isAuthenticated" label=${label('authenticationRequired')} />
        <div></div>
        ${values.isAuthenticated && html`<${Text} form=${form} name="user" label=${label('user')} help=${label('userHelp')} required />`}
        ${values.isAuthenticated && values.authentication === 'PASSWORD' && html`<${Password} form=${form} values=${values} />`}
      </div>
    </fieldset>
    <fieldset>
      <legend>${label('use')}</legend>
      <div class="mailroom-columns">
        <${Tick} form=${form} name="systemMailbox" label=${label('systemMailbox')} help=${label('systemHelp')} />
        <${Text} form=${form} name="replyTo" label=${label('replyTo')} help=${label('replyToHelp')} />
      </div>
    </fieldset>`;
};

const OutputAdvanced = ({ form, choices }) => {
  const { values } = form;
  const number = (name, placeholder) => html`<${Text} form=${form} name=${name} label=${label(name)} placeholder=${placeholder} narrow />`;
  return html`${values.isAuthenticated &&
    html`<${Choice}
      form=${form}
      name="authentication"
      label=${label('authentication')}
      options=${options('authentication', ['PASSWORD', 'OAUTH2'])}
    />`}
    ${values.isAuthenticated && values.authentication === 'OAUTH2' && html`<${OAuth2} form=${form} values=${values} />`}
    ${number('maxConnections', '2')} ${number('messagesPerMinute', t('mailbox.noLimit'))} ${number('maxRecipientsPerMessage', '100')}
    <${Text} form=${form} name="retries" label=${label('retries')} help=${label('retriesHelp')} placeholder="PT1M,PT5M,PT15M,PT30M,PT1H,PT2H,PT4H" />
    <${Text} form=${form} name="giveUpAfter" label=${label('giveUpAfter')} help=${label('durationHelp')} placeholder="P5D" narrow />
    <${Choice} form=${form} name="onUncertain" label=${label('onUncertain')} options=${options('onUncertain', ['ASK', 'RESEND', 'ASSUME_SENT'])} />
    <${Choice}
      form=${form}
      name="sentCopy.mailbox"
      label=${label('sentCopy.mailbox')}
      options=${[['', t('app.none')], ...choices.inputs]}
    />
    ${values['sentCopy.mailbox'] && html`<${Text} form=${form} name="sentCopy.folder" label=${label('sentCopy.folder')} placeholder="Sent" />`}
    ${values['sentCopy.mailbox'] && html`<${Tick} form=${form} name="sentCopy.append" label=${label('sentCopy.append')} />`}`;
};

export const Advanced = ({ form, choices, isNew }) => {
  const { values } = form;
  return html`<div class="mailroom-columns">
    ${isNew && html`<${Text} form=${form} name="key" label=${label('key')} help=${label('keyHelp')} />`}
    ${values.type === 'INPUT'
      ? html`<${InputAdvanced} form=${form} />`
      : html`<${OutputAdvanced} form=${form} choices=${choices} />`}
    <${Lines} form=${form} name="trustedCertificates" label=${label('trustedCertificates')} help=${label('trustedHelp')} rows="3" />
    <${Text} form=${form} name="tenantId" label=${label('tenantId')} />
  </div>`;
};
