/*
 * Numbers and times as the pages write them: the same on every machine, whatever its locale.
 */

const missing = "–";

/** 1234567 → "1,234,567" */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return missing;
  return signed(
    Math.round(value)
      .toString()
      .replace(/\B(?=(\d{3})+$)/g, ","),
  );
}

/** Fixed digits and a true minus sign; a value without meaning (NaN) is a dash. */
export function formatNumber(value: number, digits: number): string {
  if (!Number.isFinite(value)) return missing;
  const text = value.toFixed(digits);
  return signed(/^-[0.]+$/.test(text) ? text.slice(1) : text);
}

/** At most `digits` significant digits, without trailing zeros: for axes and settings. */
export function formatShort(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return missing;
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return signed(rounded.toExponential());
  return size >= 1e4 ? formatCount(rounded) : signed(String(rounded));
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Far powers of ten as such, everything else short: 1000 → "1000", 0.00001 → "10⁻⁵" */
export function formatPower(value: number): string {
  const power = Math.round(Math.log10(value));
  const exact = Math.abs(value / 10 ** power - 1) < 1e-9;
  if (!exact || (power > -4 && power < 6)) return formatShort(value);
  const digits = [...String(Math.abs(power))].map((digit) => superscripts[Number(digit)]).join("");
  return `10${power < 0 ? "⁻" : ""}${digits}`;
}

/** 2500000 → "2.5 M", for counts of tokens in a narrow place */
export function formatBigCount(value: number): string {
  if (value >= 1e9) return `${formatShort(value / 1e9)} G`;
  if (value >= 1e6) return `${formatShort(value / 1e6)} M`;
  return value >= 1e4 ? `${formatShort(value / 1e3)} k` : formatCount(value);
}

/** 0.00290 → "1 in 345 tokens" */
export function formatOneIn(density: number): string {
  if (!(density > 0)) return "never";
  const every = 1 / density;
  return `1 in ${every < 10 ? formatShort(every, 2) : formatCount(every)} tokens`;
}

/** 0.1234 → "12.3 %" */
export function formatPercent(fraction: number): string {
  if (!Number.isFinite(fraction)) return missing;
  const percent = fraction * 100;
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  return `${formatNumber(percent, percent > 0 && percent < 10 ? 1 : 0)} %`;
}

const byteUnits = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** 2621440 → "2.5 MiB" */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < byteUnits.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? formatCount(value) : formatShort(value)} ${byteUnits[unit]}`;
}

/** 3725 → "1 h 2 min" */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return missing;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "2026-11-22T17:12:43.000Z" → "22 Nov 2026, 17:12 UTC" */
export function formatTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return missing;
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${time.getUTCDate()} ${months[time.getUTCMonth()]} ${time.getUTCFullYear()}`;
  return `${day}, ${two(time.getUTCHours())}:${two(time.getUTCMinutes())} UTC`;
}

/** The start of a hash, enough for the eye. */
export function formatHash(sha256: string): string {
  return sha256.slice(0, 12);
}

function signed(text: string): string {
  return text.replace("-", "−");
}
