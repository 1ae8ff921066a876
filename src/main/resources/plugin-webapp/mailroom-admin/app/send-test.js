import { html, useState } from '../shared/preact.js';
import { Text } from '../shared/fields.js';
import { Confirm } from '../shared/parts.js';
import { t } from '../shared/texts.js';

/** Asks for an address and sends a short mail there, through the mailbox as it is stored. */
export const SendTest = ({ server, path, onClose, onDone }) => {
  const [to, setTo] = useState('');
  const [errors, setErrors] = useState({});
  const send = async () => {
    try {
      await server.post(path + '/send-test', { to: to.trim() });
    } catch (error) {
      setErrors(error.fields || {});
      throw error;
    }
  };
  const form = { values: { to }, errors, set: (name, value) => setTo(value) };
  return html`<${Confirm}
    title=${t('sendTest.button')}
    text=${t('sendTest.text')}
    label=${t('sendTest.button')}
    deed=${send}
    onClose=${onClose}
    onDone=${() => onDone(t('sendTest.done'))}
  >
    <${Text} form=${form} name="to" label=${t('sendTest.to')} placeholder="me@example.org" required />
  <//>`;
};
