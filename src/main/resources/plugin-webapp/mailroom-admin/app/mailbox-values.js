// Between a mailbox as the server tells it and a form as a person fills it: texts, lines, choices.
import { linesOf, listOf, numberOf, textOf } from '../shared/fields.js';

const SECRETS = ['password', 'oauth2.clientSecret', 'oauth2.refreshToken', 'oauth2.serviceAccountKey'];
const OAUTH2 = ['grant', 'tokenUrl', 'clientId', 'scope', 'clientSecretExpires'];
const INPUT_PORTS = { imaps: 993, imap: 143, pops: 995, pop: 110 };
const OUTPUT_PORTS = { NONE: 25, STARTTLS: 587, TLS: 465 };

const RETRIES = 'PT1M,PT5M,PT15M,PT30M,PT1H,PT2H,PT4H';
const STARTTLS = { tls: true, encryption: 'STARTTLS', port: OUTPUT_PORTS.STARTTLS, isAuthenticated: true, retries: RETRIES };

/** What is known of large providers; the same values stand in administration.md. */
export const PRESETS = {
  MICROSOFT: {
    ...STARTTLS,
    server: 'smtp.office365.com',
    authentication: 'OAUTH2',
    'oauth2.grant': 'CLIENT_CREDENTIALS',
    'oauth2.scope': 'https://outlook.office365.com/.default',
    maxConnections: 3,
    messagesPerMinute: 30,
    maxRecipientsPerMessage: 500,
  },
  GOOGLE: {
    ...STARTTLS,
    server: 'smtp.gmail.com',
    authentication: 'PASSWORD',
    maxConnections: 2,
    messagesPerMinute: '',
    maxRecipientsPerMessage: 100,
  },
  OWN: { ...STARTTLS, authentication: 'PASSWORD', maxConnections: 2, messagesPerMinute: '', maxRecipientsPerMessage: 100 },
};

export const isPop = (values) => values.provider === 'pop' || values.provider === 'pops';
export const mayStartTls = (values) => values.provider === 'imap' || values.provider === 'pop';
export const securityOf = (values) => (values.tls ? values.encryption : 'NONE');
export const usualPort = (values) =>
  values.type === 'INPUT' ? INPUT_PORTS[values.provider] : OUTPUT_PORTS[securityOf(values)];

const blank = (type) => ({
  type,
  enabled: true,
  authentication: 'PASSWORD',
  'oauth2.grant': 'CLIENT_CREDENTIALS',
  ...(type === 'INPUT'
    ? {
        provider: 'imaps',
        folder: 'INBOX',
        startTls: true,
        allowPlainText: false,
        plusAddressing: false,
        afterReading: 'LEAVE',
        start: 'NOW',
        push: true,
        senders: 'ANYONE',
      }
    : { tls: true, encryption: 'STARTTLS', isAuthenticated: true, systemMailbox: false, onUncertain: 'ASK' }),
});

/** The form of a mailbox that does not exist yet. */
export const newValues = (type) => {
  const values = blank(type);
  return { ...values, port: usualPort(values) };
};

const startOf = (startFrom) => (startFrom === 'NOW' || startFrom === 'ALL' ? { start: startFrom } : { start: 'DAY', day: startFrom });

/** The form of a stored mailbox. */
export const valuesOf = (mailbox) => {
  const values = { ...blank(mailbox.type), ...mailbox };
  delete values.oauth2;
  for (const name of OAUTH2) {
    if (mailbox.oauth2 && mailbox.oauth2[name]) {
      values['oauth2.' + name] = mailbox.oauth2[name];
    }
  }
  if (mailbox.type === 'INPUT') {
    for (const name of ['aliases', 'allowedSenders', 'blockedSenders']) {
      values[name] = linesOf(mailbox[name]);
    }
    Object.assign(values, startOf(mailbox.startFrom), { startTls: mailbox.startTls !== false });
  } else {
    const copy = mailbox.sentCopy || {};
    Object.assign(values, {
      tls: mailbox.security !== 'NONE',
      encryption: mailbox.security === 'TLS' ? 'TLS' : 'STARTTLS',
      isAuthenticated: mailbox.authentication !== 'NONE',
      authentication: mailbox.authentication === 'NONE' ? 'PASSWORD' : mailbox.authentication,
      'sentCopy.mailbox': copy.mailbox,
      'sentCopy.folder': copy.folder,
      'sentCopy.append': copy.append,
    });
  }
  return values;
};

/** The form of a mailbox like this one: another key, no secrets, and there is one system mailbox only. */
export const copyOf = (mailbox) => {
  const values = valuesOf(mailbox);
  for (const name of ['key', 'revision', 'passwordSet', 'passwordChangedAt', 'usedBy', 'readOnly', 'origin']) {
    delete values[name];
  }
  return { ...values, description: mailbox.description + ' (2)', systemMailbox: false };
};

const putSecret = (body, name, values) => {
  if (values[name]) {
    body[name.replace('oauth2.', '')] = values[name];
  }
};

const oauth2Of = (values) => {
  const body = Object.fromEntries(OAUTH2.map((name) => [name, textOf(values['oauth2.' + name])]));
  SECRETS.slice(1).forEach((name) => putSecret(body, name, values));
  return body;
};

const shared = (values, authentication) => {
  const body = {
    description: textOf(values.description),
    type: values.type,
    enabled: values.enabled,
    server: textOf(values.server),
    port: numberOf(values.port),
    authentication,
    trustedCertificates: textOf(values.trustedCertificates),
    tenantId: textOf(values.tenantId),
  };
  if (authentication !== 'NONE') {
    body.user = textOf(values.user);
  }
  if (authentication === 'PASSWORD') {
    putSecret(body, 'password', values);
  }
  if (authentication === 'OAUTH2') {
    body.oauth2 = oauth2Of(values);
  }
  if (textOf(values.key)) {
    body.key = textOf(values.key);
  }
  if (values.revision !== undefined) {
    body.revision = values.revision;
  }
  return body;
};

const inputBody = (values) => {
  const body = {
    ...shared(values, values.authentication),
    user: textOf(values.user),
    provider: values.provider,
    folder: isPop(values) ? null : textOf(values.folder),
    address: textOf(values.address),
    aliases: listOf(values.aliases),
    plusAddressing: values.plusAddressing,
    afterReading: values.afterReading,
    moveTo: values.afterReading === 'MOVE' ? textOf(values.moveTo) : null,
    startFrom: values.start === 'DAY' ? textOf(values.day) || 'DAY' : values.start,
    pollInterval: textOf(values.pollInterval),
    push: values.push,
    contract: textOf(values.contract),
    processDefinitionKey: textOf(values.processDefinitionKey),
    routingDecision: textOf(values.routingDecision),
    senders: values.senders,
    allowedSenders: listOf(values.allowedSenders),
    blockedSenders: listOf(values.blockedSenders),
  };
  if (mayStartTls(values)) {
    Object.assign(body, { startTls: values.startTls, allowPlainText: !values.startTls && values.allowPlainText });
  }
  return body;
};

const outputBody = (values) => ({
  ...shared(values, values.isAuthenticated ? values.authentication : 'NONE'),
  security: securityOf(values),
  sender: textOf(values.sender),
  replyTo: textOf(values.replyTo),
  systemMailbox: values.systemMailbox,
  maxConnections: numberOf(values.maxConnections),
  messagesPerMinute: numberOf(values.messagesPerMinute),
  maxRecipientsPerMessage: numberOf(values.maxRecipientsPerMessage),
  retries: textOf(values.retries),
  giveUpAfter: textOf(values.giveUpAfter),
  onUncertain: values.onUncertain,
  sentCopy: textOf(values['sentCopy.mailbox'])
    ? { mailbox: values['sentCopy.mailbox'], folder: textOf(values['sentCopy.folder']), append: Boolean(values['sentCopy.append']) }
    : null,
});

/** What is sent to the server, for saving and for testing alike. */
export const bodyOf = (values) => (values.type === 'INPUT' ? inputBody(values) : outputBody(values));

/** Secrets that were typed are not kept on the page after they were saved. */
export const withoutSecrets = (values) => {
  const kept = { ...values };
  SECRETS.forEach((name) => delete kept[name]);
  return kept;
};
