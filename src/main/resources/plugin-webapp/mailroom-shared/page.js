// How components get onto the pages of Camunda, and how they load and remember.
import { html, render, useCallback, useEffect, useRef, useState } from './preact.js';
import { Server } from './server.js';

/** What a plugin point calls: draws the component, and takes it away again. Points draw many at once, so each node is remembered. */
export const drawn = (apiOf, plugin, component) => {
  const nodes = new Set();
  const clear = () => {
    for (const node of nodes) {
      if (!node.isConnected) {
        render(null, node);
        nodes.delete(node);
      }
    }
  };
  return {
    render(node, data) {
      nodes.add(node);
      render(html`<${component} server=${new Server(data.api, data.api[apiOf], plugin)} data=${data} />`, node);
    },
    // No argument tells which one goes, and it goes just after this call: those that have left the page by then.
    unmount: () => setTimeout(clear),
  };
};

/** Whether a dashboard card or menu entry is shown: asks what the person may do. `chooses` gets {journal, operate, …}. */
export const visibleTo = (chooses, apiBase, plugin) => [
  '$rootScope',
  (scope) => (done) => {
    const answer = (isShown) => {
      done(null, isShown);
      scope.$applyAsync();
    };
    new Server({}, apiBase(), plugin).get('rights').then(
      (rights) => answer(chooses(rights)),
      () => answer(false),
    );
  },
];

/** Base of an application's API where no `api` is at hand. */
export const apiBase = (app) => document.querySelector('base').getAttribute(app + '-api').replace(/\/$/, '');

/** Milliseconds without a change after which a question is asked again. */
const TYPING = 250;

/** Loads when `dependencies` change. An answer that was overtaken by a later question is dropped. */
export const useAnswer = (ask, dependencies) => {
  const [answer, setAnswer] = useState({ isLoading: true });
  const latest = useRef(0);
  const reload = useCallback(async () => {
    const turn = ++latest.current;
    setAnswer((before) => ({ ...before, isLoading: true }));
    try {
      const data = await ask();
      if (turn === latest.current) {
        setAnswer({ data, isLoading: false });
      }
    } catch (error) {
      if (turn === latest.current) {
        setAnswer({ error, isLoading: false });
      }
    }
  }, dependencies);
  useEffect(() => {
    // Who types into a filter means the whole word, not each letter.
    const timer = setTimeout(reload, latest.current ? TYPING : 0);
    return () => {
      clearTimeout(timer);
      latest.current++;
    };
  }, [reload]);
  return { ...answer, reload };
};

const hashParts = () => {
  const [path, search] = location.hash.replace(/^#/, '').split('?');
  return { path, query: Object.fromEntries(new URLSearchParams(search || '')) };
};

/** What the address says behind the question mark. */
export const hashQuery = () => hashParts().query;

/**
 * AngularJS, which draws Camunda's pages. What it does not know of the address it corrects at the next click instead of
 * following the link, and draws the page anew; so it is told.
 */
const angularService = (name) => (window.angular ? window.angular.element(document.body).injector().get(name) : null);

/** From now on a change behind the question mark leaves the page as it is. */
const stayWhileQueryChanges = () => {
  const route = angularService('$route');
  if (route && route.current) {
    route.current.$$route.reloadOnSearch = false;
  }
};

const tellAngular = () => {
  const scope = angularService('$rootScope');
  if (scope) {
    scope.$applyAsync();
  }
};

/** Calls whenever the address changes without a new page, whoever changed it; returns how to stop that. */
const onAddress = (follow) => {
  addEventListener('hashchange', follow);
  const scope = angularService('$rootScope');
  const stop = scope ? scope.$on('$routeUpdate', follow) : () => {};
  return () => {
    removeEventListener('hashchange', follow);
    stop();
  };
};

/** What the address says behind the question mark, and a way to change it without drawing the page anew. */
export const useQuery = () => {
  const [query, setQuery] = useState(hashQuery);
  const own = useRef(hashParts().path);
  useEffect(() => {
    stayWhileQueryChanges();
    return onAddress(() => {
      if (hashParts().path === own.current) {
        setQuery(hashQuery());
      }
    });
  }, []);
  const change = useCallback((changes) => {
    const next = { ...hashParts().query, ...changes };
    for (const name of Object.keys(next)) {
      if (next[name] === undefined || next[name] === null || next[name] === '') {
        delete next[name];
      }
    }
    const search = new URLSearchParams(next).toString();
    history.replaceState(history.state, '', '#' + own.current + (search ? '?' + search : ''));
    setQuery(next);
    tellAngular();
  }, []);
  return [query, change];
};

/** The part of the address behind this prefix, e.g. the key in #/email/mailboxes/acme-out. */
export const pathTail = (prefix) => decodeURIComponent(hashParts().path.slice(prefix.length).split('/')[0]);

export const go = (hash) => {
  location.hash = hash;
};

let left = null;

/** Goes to another page in place of this one, and leaves a word for it. */
export const moveOn = (hash, word) => {
  left = word;
  location.replace(hash);
};

/** The word that the page before left for this one, once. */
export const takeWord = () => {
  const word = left;
  left = null;
  return word;
};
