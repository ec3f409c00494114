import {
	asArray,
	asObject,
	asString,
	decodeBase64,
	encodeBase64,
	field,
	hashBytes,
	optionalField,
	parseJson,
} from "@tsnix/store";
import { type Attrs, getStrAttr, maybeGetStrAttr } from "../attrs";
import { FetchError } from "../errors";

/** A key that commits may be signed with. */
export interface PublicKey {
	/** `ssh-ed25519`, `ssh-rsa`, … */
	readonly type: string;
	/** Base 64, as in `authorized_keys`. */
	readonly key: string;
}

/** In the order in which the reference lists them. */
const keyTypes: Readonly<Record<string, string>> = {
	"ssh-ed25519-sk": "sk-ssh-ed25519@openssh.com",
	"ssh-rsa": "ssh-rsa",
	"ssh-dsa": "ssh-dsa",
	"ssh-ecdsa": "ssh-ecdsa",
	"ssh-ecdsa-sk": "sk-ecdsa-sha2-nistp256@openssh.com",
	"ssh-ed25519": "ssh-ed25519",
};

const parseKeys = (text: string): PublicKey[] =>
	asArray(parseJson(text)).map((entry) => {
		const fields = asObject(entry);
		const type = optionalField(fields, "type");
		return { type: type === undefined ? "ssh-ed25519" : asString(type), key: asString(field(fields, "key")) };
	});

/** The keys of a Git input: `publicKeys` (JSON), then `publicKey` with `keytype`. */
export const publicKeysOf = (attrs: Attrs): PublicKey[] => {
	const keys = Object.hasOwn(attrs, "publicKeys") ? parseKeys(getStrAttr(attrs, "publicKeys")) : [];
	if (Object.hasOwn(attrs, "publicKey"))
		keys.push({ type: maybeGetStrAttr(attrs, "keytype") ?? "ssh-ed25519", key: getStrAttr(attrs, "publicKey") });
	return keys;
};

/** The text of an OpenSSH allowed-signers file that takes these keys from anyone. */
export const allowedSigners = (keys: readonly PublicKey[]): string =>
	keys
		.map(({ type, key }) => {
			if (!Object.hasOwn(keyTypes, type))
				throw new FetchError(
					"BAD_PUBLIC_KEYS",
					`Invalid SSH key type '${type}' in publicKeys.\nPlease use one of:\n${Object.keys(keyTypes)
						.map((known) => `  ${known}\n`)
						.join("")}`,
				);
			return `* ${keyTypes[type]} ${key}\n`;
		})
		.join("");

/** Whether what `git verify-commit` said names one of these keys: it is content with any key it knows. */
export const namesOneOf = (keys: readonly PublicKey[], output: string): boolean =>
	keys.some(({ key }) => {
		const fingerprint = encodeBase64(hashBytes("sha256", decodeBase64(key)).bytes).replace(/=+$/, "");
		return output.includes(`key SHA256:${fingerprint}`) && output.includes('Good "git" signature for * with');
	});
