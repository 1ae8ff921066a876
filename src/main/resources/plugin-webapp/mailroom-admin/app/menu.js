// Admin's menu has no plugin point. Where its markup is as known, an entry is added; else there is the card only.
import { Server } from '../shared/server.js';
import { apiBase } from '../shared/page.js';
import { t } from '../shared/texts.js';

// Drawn by AngularJS only when somebody is logged in; before that, the page's source holds the same element without the class.
const MENU = 'ul.ng-scope[ng-controller="NavigationController"]';
const ENTRY = 'mailroom-menu-entry';

const mark = () => {
  const entry = document.getElementById(ENTRY);
  if (entry) {
    entry.classList.toggle('active', location.hash.startsWith('#/email/'));
  }
};

const draw = () => {
  const menu = document.querySelector(MENU);
  if (!menu || document.getElementById(ENTRY)) {
    return;
  }
  const link = document.createElement('a');
  link.href = '#/email/mailboxes';
  link.textContent = t('app.email');
  const entry = document.createElement('li');
  entry.id = ENTRY;
  entry.append(link);
  menu.append(entry);
  mark();
};

/** Only for those who may see mailboxes; asked again whenever the menu is drawn anew, as after another login. */
export const addMenuEntry = () => {
  let asked = null;
  const look = () => {
    const menu = document.querySelector(MENU);
    if (!menu) {
      asked = null;
      return;
    }
    if (menu === asked || document.getElementById(ENTRY)) {
      return;
    }
    asked = menu;
    new Server({}, apiBase('admin'), 'mailroom-admin').get('rights').then(
      (rights) => rights.journal && draw(),
      () => {
        // Not logged in, or not allowed: there is nothing to show.
      },
    );
  };
  addEventListener('hashchange', mark);
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
};
