// Form fields: label, input, help, and the fault at the field itself.
import { html } from './preact.js';
import { t } from './texts.js';

/** The fault of a field, also where the server names one of its lines, as in aliases[1]. */
export const faultOf = (errors, name) => {
  if (errors[name]) {
    return errors[name];
  }
  const line = Object.keys(errors).find((key) => key.startsWith(name + '['));
  return line ? `${line.slice(name.length)} ${errors[line]}` : undefined;
};

const idOf = (name) => 'mailroom-' + name.replace(/\W/g, '-');

/** What surrounds an input. `form` = { values, errors, set, readOnly }. */
const Frame = ({ form, name, label, help, required, children }) => {
  const fault = faultOf(form.errors, name);
  const id = idOf(name);
  return html`<div class=${'form-group' + (fault ? ' has-error' : '')}>
    <label class="control-label" for=${id}>${label}${required && html`<span aria-hidden="true"> *</span>`}</label>
    ${children}
    ${fault && html`<p class="help-block mailroom-fault" id=${id + '-fault'}>${fault}</p>`}
    ${help && html`<p class="help-block" id=${id + '-help'}>${help}</p>`}
  </div>`;
};

const common = (form, name, help, required) => {
  const fault = faultOf(form.errors, name);
  const id = idOf(name);
  return {
    id,
    name,
    class: 'form-control',
    disabled: form.readOnly,
    'aria-required': required ? 'true' : undefined,
    'aria-invalid': fault ? 'true' : undefined,
    'aria-describedby': [fault && id + '-fault', help && id + '-help'].filter(Boolean).join(' ') || undefined,
  };
};

export const Text = ({ form, name, label, help, required, type = 'text', placeholder, list, options, narrow }) => html`<${Frame}
  ...${{ form, name, label, help, required }}
>
  <input
    ...${common(form, name, help, required)}
    type=${type}
    autocomplete=${type === 'password' ? 'new-password' : 'off'}
    spellcheck=${false}
    placeholder=${placeholder}
    list=${list}
    style=${narrow ? 'max-width:140px' : undefined}
    value=${form.values[name] ?? ''}
    onInput=${(event) => form.set(name, event.target.value)}
  />
  ${list && html`<datalist id=${list}>${(options || []).map(([value, text]) => html`<option value=${value}>${text}</option>`)}</datalist>`}
<//>`;

export const Lines = ({ form, name, label, help, rows = 2 }) => html`<${Frame} ...${{ form, name, label, help }}>
  <textarea
    ...${common(form, name, help)}
    rows=${rows}
    spellcheck=${false}
    value=${form.values[name] ?? ''}
    onInput=${(event) => form.set(name, event.target.value)}
  ></textarea>
<//>`;

/** @param options [value, text] pairs */
export const Choice = ({ form, name, label, help, options, required }) => html`<${Frame} ...${{ form, name, label, help, required }}>
  <select
    ...${common(form, name, help, required)}
    value=${form.values[name] ?? ''}
    onChange=${(event) => form.set(name, event.target.value)}
  >
    ${options.map(([value, text]) => html`<option value=${value} selected=${(form.values[name] ?? '') === value}>${text}</option>`)}
  </select>
<//>`;

export const Tick = ({ form, name, label, help }) => {
  const fault = faultOf(form.errors, name);
  const id = idOf(name);
  return html`<div class=${'form-group' + (fault ? ' has-error' : '')}>
    <div class="checkbox">
      <label for=${id}>
        <input
          ...${{ ...common(form, name, help), class: undefined }}
          type="checkbox"
          checked=${Boolean(form.values[name])}
          onChange=${(event) => form.set(name, event.target.checked)}
        />
        ${label}
      </label>
    </div>
    ${fault && html`<p class="help-block mailroom-fault" id=${id + '-fault'}>${fault}</p>`}
    ${help && html`<p class="help-block" id=${id + '-help'}>${help}</p>`}
  </div>`;
};

/** The original asks "TLS/SSL required" and the like with two answers side by side. */
export const YesNo = ({ form, name, label, help }) => {
  const id = idOf(name);
  const one = (value, text) => html`<label class="radio-inline">
    <input
      type="radio"
      name=${name}
      checked=${Boolean(form.values[name]) === value}
      disabled=${form.readOnly}
      onChange=${() => form.set(name, value)}
    />
    ${text}
  </label>`;
  return html`<div class="form-group" role="radiogroup" aria-labelledby=${id}>
    <span class="control-label" id=${id}>${label}</span>
    <div>${one(true, t('app.yes'))} ${one(false, t('app.no'))}</div>
    ${help && html`<p class="help-block">${help}</p>`}
  </div>`;
};

export const linesOf = (list) => (list || []).join('\n');

/** Texts of a field of lines; nothing at all = null, the server's default. */
export const listOf = (text) => {
  const lines = (text || '').split('\n').map((line) => line.trim()).filter(Boolean);
  return lines.length ? lines : null;
};

export const textOf = (value) => {
  const text = (value ?? '').toString().trim();
  return text === '' ? null : text;
};

/** A whole number where it is one; else the text itself, so that the server can say what is wrong with it. */
export const numberOf = (value) => {
  const text = textOf(value);
  return text !== null && /^-?\d+$/.test(text) ? Number(text) : text;
};
