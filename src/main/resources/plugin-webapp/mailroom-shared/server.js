// Talks to Mailroom below the plugin's own path; the same answers as REST gives.

/** An answer that is not 2xx, or none at all (status 0). */
export class Refusal extends Error {
  constructor(status, body) {
    super((body && body.message) || '');
    this.status = status;
    this.type = body && body.type;
    this.fields = (body && body.fields) || {};
    this.usedBy = (body && body.usedBy) || [];
  }
}

/** The engine's name from the page itself: what `api` says is wrong in diagram plugins. */
export const engineName = () =>
  decodeURIComponent(document.querySelector('base').getAttribute('href').replace(/\/$/, '').split('/').pop());

/** A login makes a new token, so it is read at each call. A cookie of another name: the token of when the page was drawn. */
const csrfToken = (api) => {
  const cookie = document.cookie.split('; ').find((one) => one.startsWith('XSRF-TOKEN='));
  return cookie ? decodeURIComponent(cookie.slice('XSRF-TOKEN='.length)) : api.CSRFToken;
};

const searchOf = (query) => {
  const filled = Object.entries(query || {}).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return filled.length ? '?' + new URLSearchParams(filled) : '';
};

export class Server {
  /** @param base path of the application's API, e.g. /camunda/api/admin; @param plugin id of the plugin */
  constructor(api, base, plugin) {
    this.api = api;
    this.base = `${base}/plugin/${plugin}/${encodeURIComponent(engineName())}`;
  }

  url(path, query) {
    return this.base + '/' + path + searchOf(query);
  }

  get(path, query) {
    return this.call('GET', this.url(path, query));
  }

  post(path, body) {
    return this.call('POST', this.url(path), body || {});
  }

  put(path, body) {
    return this.call('PUT', this.url(path), body);
  }

  remove(path) {
    return this.call('DELETE', this.url(path));
  }

  /** Camunda's own REST interface, as the person who is logged in. */
  engine(path, query) {
    return this.call('GET', `${this.api.baseApi}/engine/${encodeURIComponent(engineName())}/${path}${searchOf(query)}`);
  }

  async call(method, url, body) {
    const headers = { Accept: 'application/json' };
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
    }
    if (method !== 'GET') {
      headers['X-XSRF-TOKEN'] = csrfToken(this.api);
    }
    let answer;
    try {
      answer = await fetch(url, {
        method,
        headers,
        credentials: 'same-origin',
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    } catch (e) {
      throw new Refusal(0, { message: e.message });
    }
    const text = await answer.text();
    const isJson = (answer.headers.get('Content-Type') || '').includes('json');
    const parsed = isJson && text ? JSON.parse(text) : null;
    if (!answer.ok) {
      throw new Refusal(answer.status, parsed);
    }
    return parsed;
  }
}
