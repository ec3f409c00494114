/** What requests to S3 are signed with. */
export interface S3Credentials {
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	readonly sessionToken?: string;
}

/** What credentials are looked for in. */
export interface S3CredentialSources {
	readonly env: (name: string) => string | undefined;
	/** A file's text; undefined where there is none. */
	readonly readFile: (path: string) => string | undefined;
	/** The profile that the store reference names. */
	readonly profile?: string;
}

/**
 * The credentials for S3: those of the environment (`AWS_ACCESS_KEY_ID`, …), else those of a profile in
 * `~/.aws/credentials` or `~/.aws/config`. Without any, requests are not signed: public buckets can be read.
 */
export const findS3Credentials = ({ env, readFile, profile }: S3CredentialSources): S3Credentials | undefined => {
	const own = credentialsOf((key) => env(key.toUpperCase()));
	if (own !== undefined) return own;
	const name = profile ?? (env("AWS_PROFILE") || "default");
	const folder = `${env("HOME") ?? ""}/.aws`;
	const files = [
		[env("AWS_SHARED_CREDENTIALS_FILE") || `${folder}/credentials`, name],
		[env("AWS_CONFIG_FILE") || `${folder}/config`, name === "default" ? name : `profile ${name}`],
	] as const;
	for (const [file, section] of files) {
		const values = sectionOf(readFile(file) ?? "", section);
		const found = credentialsOf((key) => values.get(key));
		if (found !== undefined) return found;
	}
	return undefined;
};

const credentialsOf = (value: (key: string) => string | undefined): S3Credentials | undefined => {
	const accessKeyId = value("aws_access_key_id");
	const secretAccessKey = value("aws_secret_access_key");
	const sessionToken = value("aws_session_token");
	if (!accessKeyId || !secretAccessKey) return undefined;
	return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
};

/** The entries of one section of an INI file. */
const sectionOf = (text: string, section: string): ReadonlyMap<string, string> => {
	const values = new Map<string, string>();
	let inside = false;
	for (const line of text.split("\n")) {
		const header = /^\s*\[\s*(.*?)\s*\]/.exec(line);
		if (header !== null) inside = header[1].replace(/\s+/g, " ") === section;
		const entry = /^([A-Za-z0-9_]+)\s*=\s*(.*?)\s*$/.exec(line);
		if (inside && entry !== null) values.set(entry[1].toLowerCase(), entry[2]);
	}
	return values;
};
