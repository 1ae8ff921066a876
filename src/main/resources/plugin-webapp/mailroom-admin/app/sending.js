import { html, useState } from '../shared/preact.js';
import { Confirm, Problem, Time } from '../shared/parts.js';
import { useAnswer } from '../shared/page.js';
import { t } from '../shared/texts.js';

/** The switch that stops all outgoing mail: loud when it is off, quiet when it is on. */
export const SendingBar = ({ server, rights }) => {
  const { data: position, error, reload } = useAnswer(() => server.get('sending'), []);
  const [isAsking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  if (error) {
    return html`<${Problem} error=${error} retry=${reload} />`;
  }
  if (!position) {
    return null;
  }
  const isOn = position.enabled;
  return html`<div class=${'mailroom-sending alert ' + (isOn ? 'mailroom-quiet' : 'alert-warning')} role=${isOn ? undefined : 'alert'}>
    <span>
      ${t(isOn ? 'sending.on' : 'sending.off')}
      ${!isOn && position.by && html` ${t('sending.by', { by: position.by, time: '' })}<${Time} of=${position.since} />`}
      ${!isOn && position.reason && html`: ${position.reason}`}
      ${position.lockedByConfiguration && html` ${t('sending.locked')}`}
    </span>
    ${rights.operate &&
    !position.lockedByConfiguration &&
    html`<button type="button" class="btn btn-default btn-sm" onClick=${() => setAsking(true)}>${t(isOn ? 'sending.stop' : 'sending.go')}</button>`}
    ${isAsking &&
    html`<${Confirm}
      title=${t(isOn ? 'sending.stopTitle' : 'sending.goTitle')}
      text=${t(isOn ? 'sending.stopText' : 'sending.goText')}
      label=${t(isOn ? 'sending.stop' : 'sending.go')}
      danger=${isOn}
      deed=${() => server.put('sending', { enabled: !isOn, reason: reason.trim() || null })}
      onClose=${() => setAsking(false)}
      onDone=${() => {
        setAsking(false);
        setReason('');
        reload();
      }}
    >
      ${isOn &&
      html`<div class="form-group">
        <label for="mailroom-sending-reason">${t('sending.reason')}</label>
        <input id="mailroom-sending-reason" class="form-control" value=${reason} onInput=${(event) => setReason(event.target.value)} />
      </div>`}
    <//>`}
  </div>`;
};
