// Cockpit: the journal of all e-mail, and where e-mail touches Cockpit's own pages.
import { apiBase, drawn, visibleTo } from '../shared/page.js';
import { t } from '../shared/texts.js';
import { html } from '../shared/preact.js';
import { Card } from './card.js';
import { IncidentLink } from './incident.js';
import { Journal } from './journal.js';
import { Mail } from './mail.js';
import { InstanceMails } from './tab.js';

const PLUGIN = 'mailroom-cockpit';
const screen = (component) => drawn('cockpitApi', PLUGIN, component);
const access = visibleTo((rights) => rights.journal, () => apiBase('cockpit'), PLUGIN);

export default [
  {
    // The entry is highlighted where the address holds this id or the path, so it must not be a word of other addresses.
    id: 'mailroom-navigation',
    pluginPoint: 'cockpit.navigation',
    priority: 40,
    properties: { path: '/email' },
    access,
    ...screen(() => html`<a href="#/email">${t('app.email')}</a>`),
  },
  { id: 'mailroom-journal', pluginPoint: 'cockpit.route', properties: { path: '/email' }, ...screen(Journal) },
  { id: 'mailroom-mail', pluginPoint: 'cockpit.route', properties: { path: '/email/:id' }, ...screen(Mail) },
  {
    id: 'mailroom-card',
    pluginPoint: 'cockpit.dashboard',
    priority: 100,
    properties: { label: t('app.email') },
    access,
    ...screen(Card),
  },
  {
    id: 'mailroom-emails',
    pluginPoint: 'cockpit.processInstance.runtime.tab',
    priority: 5,
    properties: { label: t('tab.title') },
    ...screen(InstanceMails),
  },
  { id: 'mailroom-incident', pluginPoint: 'cockpit.incident.action', priority: 5, ...screen(IncidentLink) },
];
