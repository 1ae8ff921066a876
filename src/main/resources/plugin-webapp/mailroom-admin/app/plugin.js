// Admin: the card "E-mail" and the pages behind it.
import { apiBase, drawn, visibleTo } from '../shared/page.js';
import { t } from '../shared/texts.js';
import { Card } from './card.js';
import { ContractForm } from './contract-form.js';
import { Contracts } from './contracts.js';
import { MailboxForm } from './mailbox-form.js';
import { Mailboxes } from './mailboxes.js';
import { addMenuEntry } from './menu.js';

const PLUGIN = 'mailroom-admin';
const screen = (component) => drawn('adminApi', PLUGIN, component);
const route = (id, path, component) => ({
  id: 'mailroom-' + id,
  pluginPoint: 'admin.route',
  properties: { path },
  ...screen(component),
});
const access = visibleTo((rights) => rights.journal, () => apiBase('admin'), PLUGIN);

addMenuEntry();

export default [
  {
    id: 'mailroom-card',
    pluginPoint: 'admin.dashboard.section',
    // Last: it is taller than the others, and would leave a hole beside itself.
    priority: -10,
    properties: { label: t('app.email'), pagePath: '#/email/mailboxes' },
    access,
    ...screen(Card),
  },
  route('mailboxes', '/email/mailboxes', Mailboxes),
  route('new-mailbox', '/email/new-mailbox', MailboxForm),
  route('mailbox', '/email/mailboxes/:key', MailboxForm),
  route('contracts', '/email/contracts', Contracts),
  route('new-contract', '/email/new-contract', ContractForm),
  route('contract', '/email/contracts/:key', ContractForm),
];
