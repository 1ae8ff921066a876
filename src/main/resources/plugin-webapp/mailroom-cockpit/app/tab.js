import { html, useState } from '../shared/preact.js';
import { Empty, Paging, Problem, Spinner } from '../shared/parts.js';
import { useAnswer } from '../shared/page.js';
import { t } from '../shared/texts.js';
import { MailTable } from './table.js';

const PAGE = 20;

/** The e-mails of one process instance, with the tasks that they belong to. */
export const InstanceMails = ({ server, data: { processInstanceId } }) => {
  const [first, setFirst] = useState(0);
  const { data, error, reload } = useAnswer(async () => {
    const [mails, { count }] = await Promise.all([
      server.get('email', { processInstanceId, sortBy: 'createdAt', firstResult: first, maxResults: PAGE }),
      server.get('email/count', { processInstanceId }),
    ]);
    return { mails, count };
  }, [processInstanceId, first]);
  return html`<div class="mailroom-tab">
    <${Problem} error=${error} retry=${reload} /> ${!data && !error && html`<${Spinner} />`}
    ${data && data.mails.length === 0 && html`<${Empty} title=${t('tab.empty')} />`}
    ${data && data.mails.length > 0 && html`<${MailTable} mails=${data.mails} activity />`}
    ${data && html`<${Paging} first=${first} size=${PAGE} count=${data.count} onTurn=${setFirst} />`}
  </div>`;
};
