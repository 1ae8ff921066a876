import { language, t } from './texts.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const full = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
const short = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'short' });
const today = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });

/** In the browser's zone, to the second. */
export const exactTime = (instant) => (instant ? full.format(new Date(instant)) : '');

/** In the browser's zone, to the minute. */
export const shortTime = (instant) => (instant ? short.format(new Date(instant)) : '');

/** The time alone for today, else day and time. */
export const listTime = (instant) =>
  new Date(instant).toDateString() === new Date().toDateString() ? today.format(new Date(instant)) : shortTime(instant);

const ISO_DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** The moment that lies an ISO 8601 duration back; null when it is none. */
export const before = (duration, now = Date.now()) => {
  const parts = ISO_DURATION.exec(duration);
  if (!parts) {
    return null;
  }
  const [days, hours, minutes, seconds] = parts.slice(1).map((n) => Number(n || 0));
  return new Date(now - 1000 * (days * DAY + hours * HOUR + minutes * MINUTE + seconds)).toISOString();
};

/** "5 minutes ago", "in 2 hours". */
export const ago = (instant, now = Date.now()) => {
  if (!instant) {
    return '';
  }
  const seconds = Math.round((new Date(instant).getTime() - now) / 1000);
  const size = Math.abs(seconds);
  if (size < MINUTE) {
    return relative.format(seconds, 'second');
  }
  if (size < HOUR) {
    return relative.format(Math.round(seconds / MINUTE), 'minute');
  }
  return size < 2 * DAY
    ? relative.format(Math.round(seconds / HOUR), 'hour')
    : relative.format(Math.round(seconds / DAY), 'day');
};

export const size = (bytes) => {
  if (bytes < 1024) {
    return t('size.bytes', { n: bytes });
  }
  const kilo = bytes / 1024;
  return kilo < 1024
    ? t('size.kilobytes', { n: kilo < 10 ? kilo.toFixed(1) : Math.round(kilo) })
    : t('size.megabytes', { n: (kilo / 1024).toFixed(1) });
};

/** How a person is shown in a list: the name, else the address. */
export const person = (address) => (address ? address.name || address.address : '');

/** Name and address, as one writes it. */
export const wholeAddress = (address) =>
  !address ? '' : address.name ? `${address.name} <${address.address}>` : address.address;
