// Pieces that every screen is made of. They look as Camunda's own (Bootstrap 3).
import { html, useEffect, useRef, useState } from './preact.js';
import { t, word } from './texts.js';
import { ago, exactTime } from './format.js';

export const Spinner = () => html`<p class="mailroom-loading" role="status">
  <span class="glyphicon glyphicon-refresh animate-spin" aria-hidden="true"></span> ${t('app.loading')}
</p>`;

const Uses = ({ of }) => html`<p>${t('error.usedBy')}</p>
  <ul>
    ${of.map((use) => html`<li>${t('use.' + use.kind, { ...use, name: use.name || use.key })}</li>`)}
  </ul>`;

const sentence = (error) => {
  if (error.status === 0) {
    return t('error.network');
  }
  if (error.status === 403) {
    return t('error.forbidden');
  }
  return error.message || t('error.server', { status: error.status || '?' });
};

/** What went wrong, in words; offers what helps. `labels` names fields as they are labelled. */
export const Problem = ({ error, retry, labels }) => {
  if (!error) {
    return null;
  }
  if (error.status === 401) {
    return html`<div class="alert alert-warning" role="alert">
      ${t('error.session')} <button type="button" class="btn btn-link" onClick=${() => location.reload()}>${t('error.login')}</button>
    </div>`;
  }
  const fields = Object.entries(error.fields || {});
  return html`<div class="alert alert-danger" role="alert">
    ${fields.length && labels ? html`<strong>${t('error.fields')}</strong>` : sentence(error)}
    ${fields.length > 0 &&
    html`<ul>
      ${fields.map(([field, text]) => html`<li><strong>${labels ? labels(field) : field}</strong>: ${text}</li>`)}
    </ul>`}
    ${error.usedBy && error.usedBy.length > 0 && html`<${Uses} of=${error.usedBy} />`}
    ${retry && html` <button type="button" class="btn btn-link" onClick=${retry}>${t('error.again')}</button>`}
  </div>`;
};

export const Done = ({ children }) => html`<div class="alert alert-success" role="status">${children}</div>`;

export const Time = ({ of }) => (of ? html`<time datetime=${of} title=${exactTime(of)}>${ago(of)}</time>` : null);

const HEALTH_LABELS = { OK: 'success', WARNING: 'warning', FAILING: 'danger', UNKNOWN: 'default', PAUSED: 'info', OFF: 'default' };

export const HealthLabel = ({ state }) =>
  html`<span class=${'label label-' + (HEALTH_LABELS[state] || 'default')}>${word('health.', state)}</span>`;

const STATE_LABELS = {
  SENT: 'success',
  STARTED: 'success',
  CORRELATED: 'success',
  ATTACHED: 'success',
  FAILED: 'danger',
  BOUNCED: 'danger',
  UNCERTAIN: 'warning',
  QUARANTINED: 'warning',
  PARTLY_SENT: 'warning',
  RETRYING: 'warning',
  HELD: 'info',
};

export const StateLabel = ({ state }) =>
  html`<span class=${'label label-' + (STATE_LABELS[state] || 'default')}>${word('state.', state)}</span>`;

export const Empty = ({ title, children }) => html`<div class="mailroom-empty">
  <p class="lead">${title}</p>
  ${children}
</div>`;

/** A page's place: where it belongs, what it is called, what one can do with all of it. */
export const Heading = ({ trail = [], title, children }) => html`<header class="mailroom-heading">
  <div>
    ${trail.length > 0 &&
    html`<ol class="breadcrumb">
      ${trail.map(([label, href]) => html`<li><a href=${href}>${label}</a></li>`)}
    </ol>`}
    <h1>${title}</h1>
  </div>
  <div class="mailroom-heading-actions">${children}</div>
</header>`;

/** One page of a longer list. */
export const Paging = ({ first, size, count, onTurn }) => {
  if (!count || (count <= size && !first)) {
    return null;
  }
  const last = Math.min(first + size, count);
  return html`<nav class="mailroom-paging" aria-label=${t('app.range', { from: first + 1, to: last, count })}>
    <button type="button" class="btn btn-default btn-sm" disabled=${first === 0} onClick=${() => onTurn(Math.max(0, first - size))}>
      ${t('app.previous')}
    </button>
    <span>${t('app.range', { from: Math.min(first + 1, count), to: last, count })}</span>
    <button type="button" class="btn btn-default btn-sm" disabled=${last >= count} onClick=${() => onTurn(first + size)}>
      ${t('app.next')}
    </button>
  </nav>`;
};

/** A question over the page. The browser's own dialog: it keeps the focus and closes with Escape. */
export const Dialog = ({ title, onClose, children }) => {
  const element = useRef(null);
  useEffect(() => {
    element.current.showModal();
  }, []);
  return html`<dialog class="mailroom-dialog" ref=${element} onClose=${onClose} aria-label=${title}>
    <h3>${title}</h3>
    ${children}
  </dialog>`;
};

/** A dialog with one deed: runs it, shows what went wrong, closes when it is done. */
export const Confirm = ({ title, text, deed, label, danger, onClose, onDone, children, afterError }) => {
  const [error, setError] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const act = async (event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const result = await deed();
      onDone(result);
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
    }
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form onSubmit=${act}>
      ${text && html`<p>${text}</p>`} ${children}
      <${Problem} error=${error} />
      <div class="form-actions">
        ${error && afterError}
        <button type="button" class="btn btn-default" onClick=${onClose}>${t('app.cancel')}</button>
        <button type="submit" class=${'btn btn-' + (danger ? 'danger' : 'primary')} disabled=${isBusy}>${label}</button>
      </div>
    </form>
  <//>`;
};

/** A choice that takes effect at once; said in words, not in colour alone. */
export const Switch = ({ isOn, label, disabled, onChange }) => html`<button
  type="button"
  role="switch"
  class="mailroom-switch"
  aria-checked=${isOn ? 'true' : 'false'}
  aria-label=${label}
  title=${label}
  disabled=${disabled}
  onClick=${() => onChange(!isOn)}
>
  <span aria-hidden="true"></span>${isOn ? t('app.yes') : t('app.no')}
</button>`;
