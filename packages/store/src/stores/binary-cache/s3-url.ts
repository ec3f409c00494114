import { StoreError } from "../../errors";

/** Where a bucket is: what a store reference `s3://bucket?region=…&endpoint=…` says. */
export interface S3Place {
	readonly bucket: string;
	/** `us-east-1` unless told. */
	readonly region?: string;
	/** `https` unless told. */
	readonly scheme?: string;
	/** A host, with a port or without, or a whole URL; Amazon's own without it. */
	readonly endpoint?: string;
	/** `auto` (unless told), `path` or `virtual`: whether the bucket is a part of the path, or of the host. */
	readonly addressingStyle?: string;
}

/**
 * The URL that a bucket's files lie below, without a slash at its end. `warn` is told where the bucket's name forces a
 * way of addressing it. Throws {@link StoreError} `BAD_S3_URL`.
 *
 *     s3BaseUrl({ bucket: "cache", region: "eu-west-1" }) // https://cache.s3.eu-west-1.amazonaws.com
 */
export const s3BaseUrl = (place: S3Place, warn: (message: string) => void = () => {}): string => {
	const { bucket, region = "us-east-1", scheme = "https", endpoint = "", addressingStyle = "auto" } = place;
	if (bucket === "") throw new StoreError("BAD_S3_URL", "URI has a missing or invalid bucket name");
	if (!["auto", "path", "virtual"].includes(addressingStyle))
		throw new StoreError(
			"BAD_S3_URL",
			`unknown S3 addressing style '${addressingStyle}', expected 'auto', 'path', or 'virtual'`,
		);
	const byHost = addressingStyle === "virtual" || (addressingStyle === "auto" && endpoint === "");
	const dotted = byHost && bucket.includes(".");
	if (dotted && addressingStyle === "virtual")
		throw new StoreError(
			"BAD_S3_URL",
			`bucket name '${bucket}' contains a dot, which is incompatible with virtual-hosted-style addressing (causes TLS certificate errors); use 'addressing-style=path' or 'addressing-style=auto' instead`,
		);
	if (dotted)
		warn(
			`bucket name '${bucket}' contains a dot; falling back to path-style addressing (virtual-hosted-style requires non-dotted bucket names for TLS certificate validity); set 'addressing-style=path' to silence this warning`,
		);
	const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint);
	const base = new URL(whole ? endpoint : `${scheme}://${endpoint || `s3.${region}.amazonaws.com`}`);
	const path = base.pathname.replace(/\/+$/, "");
	if (byHost && !dotted) return `${base.protocol}//${bucket}.${base.host}${path}`;
	return `${base.protocol}//${base.host}${path}/${bucket}`;
};
