const units = ["", "K", "M", "G", "T", "P", "E", "Z", "Y"];

/** The unit that a number of bytes is shown in: a power of 1024. */
export const sizeUnit = (bytes: number): number => {
	let unit = 0;
	for (let rest = Math.abs(bytes); rest > 1024 && unit < units.length - 1; rest = Math.floor(rest / 1024)) unit++;
	return unit;
};

/** The unit of all of these, where they have the same. */
export const commonSizeUnit = (sizes: readonly number[]): number | undefined => {
	const unit = sizeUnit(sizes[0]);
	return sizes.every((size) => sizeUnit(size) === unit) ? unit : undefined;
};

/** Bytes in a unit, without it; single bytes are shown as KiB. */
export const sizeInUnit = (bytes: number, unit: number): string => (bytes / 1024 ** Math.max(1, unit)).toFixed(1);

/** `K` for both KiB and single bytes. */
export const unitSuffix = (unit: number): string => units[Math.max(1, unit)];

/** `2.3 MiB` */
export const renderSize = (bytes: number): string => {
	const unit = sizeUnit(bytes);
	return `${sizeInUnit(bytes, unit)} ${unitSuffix(unit)}iB`;
};
