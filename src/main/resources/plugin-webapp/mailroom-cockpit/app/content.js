import { html, useState } from '../shared/preact.js';
import { size } from '../shared/format.js';
import { t } from '../shared/texts.js';

/** Frames an HTML part so that neither scripts nor forms nor links of it can do anything; images from elsewhere stay out. */
const Frame = ({ of }) => html`<iframe class="mailroom-frame" sandbox="" referrerpolicy="no-referrer" title=${t('mail.frameTitle')} srcdoc=${of}></iframe>`;

const Headers = ({ headers }) => html`<details class="mailroom-headers">
  <summary>${t('mail.headers')}</summary>
  <dl class="mailroom-facts">
    ${headers.map((header) => html`<dt>${header.name}</dt><dd>${header.value}</dd>`)}
  </dl>
</details>`;

const Attachments = ({ server, files, path }) => html`<div>
  <strong>${t('mail.attachments')}</strong>
  <ul>
    ${files.map(
      (file) => html`<li>
        <a href=${server.url(`${path}/attachment/${file.index}`)} download>${file.name}</a> <small>${file.contentType}, ${size(file.size)}</small>
      </li>`,
    )}
  </ul>
</div>`;

const Body = ({ mail }) => {
  const [wish, setWish] = useState(null);
  const shown = wish || (mail.html ? 'html' : 'text');
  if (mail.html === null && mail.text === null) {
    return html`<p>${t(mail.headers === null && mail.state !== 'QUARANTINED' && mail.reason?.code !== 'CRASHED' ? 'mail.contentGone' : 'mail.contentUnread')}</p>`;
  }
  const tab = (name, label) => html`<button
    type="button"
    class=${'btn btn-default btn-sm' + (shown === name ? ' active' : '')}
    aria-pressed=${shown === name ? 'true' : 'false'}
    onClick=${() => setWish(name)}
  >
    ${label}
  </button>`;
  return html`<div>
    ${mail.html && mail.text && html`<div class="btn-group mailroom-kinds">${tab('html', t('mail.asHtml'))} ${tab('text', t('mail.asText'))}</div>`}
    ${shown === 'html' ? html`<${Frame} of=${mail.html} />` : html`<pre class="mailroom-text">${mail.text}</pre>`}
  </div>`;
};

/** What the mail says, for those who may read it. */
export const Content = ({ server, mail, path }) => {
  if (!mail.contentReadable) {
    return html`<p>${t('mail.contentHidden')}</p>`;
  }
  return html`<${Body} mail=${mail} />
    ${mail.attachmentList && mail.attachmentList.length > 0 && html`<${Attachments} server=${server} files=${mail.attachmentList} path=${path} />`}
    ${mail.headers && html`<${Headers} headers=${mail.headers} />`}
    <p><a class="btn btn-default btn-sm" href=${server.url(path + '/raw')} download>${t('mail.raw')}</a></p>`;
};
