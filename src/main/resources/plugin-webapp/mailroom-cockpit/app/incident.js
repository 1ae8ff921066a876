import { html } from '../shared/preact.js';
import { useAnswer } from '../shared/page.js';
import { t } from '../shared/texts.js';

/** Where the e-mail of an incident is found, if it has one. */
const pageOf = async (server, incidentId) => {
  const incident = await server.engine('incident/' + encodeURIComponent(incidentId));
  const filters = { processInstanceId: incident.processInstanceId, activityId: incident.activityId };
  const { count } = await server.get('email/count', filters);
  return count > 0 ? '#/email?' + new URLSearchParams(filters) : null;
};

/** Beside the retry button; nothing for incidents without an e-mail, or for people who may not see any. */
export const IncidentLink = ({ server, data: { incidentId } }) => {
  const { data: page } = useAnswer(() => pageOf(server, incidentId), [incidentId]);
  return (
    page &&
    html`<a class="btn btn-default action-button" href=${page} title=${t('incident.show')} aria-label=${t('incident.show')}>
      <span class="glyphicon glyphicon-envelope" aria-hidden="true"></span>
    </a>`
  );
};
