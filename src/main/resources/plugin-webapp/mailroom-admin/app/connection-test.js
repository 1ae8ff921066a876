import { html } from '../shared/preact.js';
import { t, word } from '../shared/texts.js';

const looks = (step) =>
  step.ok === true
    ? ['mailroom-passed', '✓', t('test.ok')]
    : step.ok === false
      ? ['mailroom-failed', '✗', t('test.failed')]
      : ['mailroom-skipped', '–', t('test.notReached')];

const Step = ({ step }) => {
  const [look, sign, words] = looks(step);
  return html`<li class=${look} data-step=${step.step} data-ok=${String(step.ok)}>
    <span aria-hidden="true">${sign}</span>
    <span>${word('test.step.', step.step)}<span class="sr-only">: ${words}</span></span>
    <span class="mailroom-break">${step.text || (step.ok === null || step.ok === undefined ? t('test.notReached') : '')}</span>
    <span>${step.millis !== undefined && step.millis !== null && step.ok !== null && t('test.millis', { n: step.millis })}</span>
  </li>`;
};

/** What a test of the values on the screen found, step by step, in the server's own words. */
export const ConnectionReport = ({ report }) => html`<section class="mailroom-test" role="status" aria-label=${t('test.title')}>
  <strong class=${report.ok ? 'text-success' : 'text-danger'}>${t(report.ok ? 'test.good' : 'test.bad')}</strong>
  <ol class="mailroom-steps">
    ${report.steps.map((step) => html`<${Step} step=${step} />`)}
  </ol>
  <small>${t('test.again')}</small>
</section>`;
