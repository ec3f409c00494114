/** A moment in UTC, in parts. */
interface Moment {
	readonly date: string;
	readonly time: string;
}

const two = (n: number): string => String(n).padStart(2, "0");

/** Seconds since 1970 as date and time, for any year: `Date` ends in 275760. */
const momentOf = (seconds: number): Moment => {
	const days = Math.floor(seconds / 86400);
	const rest = seconds - days * 86400;
	// Counted from 1 March of the year 0, so that leap days come last.
	const z = days + 719468;
	const era = Math.floor(z / 146097);
	const dayOfEra = z - era * 146097;
	const yearOfEra = Math.floor(
		(dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
	);
	const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
	const shifted = Math.floor((5 * dayOfYear + 2) / 153);
	const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
	const month = shifted < 10 ? shifted + 3 : shifted - 9;
	const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
	return {
		date: `${year}-${two(month)}-${two(day)}`,
		time: `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`,
	};
};

/** `YYYY-MM-DD`, in UTC, of seconds since 1970. */
export const formatDay = (seconds: number): string => momentOf(seconds).date;

/** `YYYY-MM-DD hh:mm:ss`, of seconds since 1970. `offset` is added, in seconds: the time zone's distance from UTC. */
export const formatTime = (seconds: number, offset = 0): string => {
	const { date, time } = momentOf(seconds + offset);
	return `${date} ${time}`;
};
