/** What a byte may be part of: a set of the flags below, by byte. */
export const classes = new Uint8Array(256);

export const idStart = 1;
export const idPart = 2;
/** Of a path's segment. */
export const pathPart = 4;
/** Of a URL's scheme, after its first letter. */
export const schemePart = 8;
/** Of a URL after the colon. */
export const urlPart = 16;
export const digit = 32;

const mark = (flag: number, bytes: string) => {
	for (let i = 0; i < bytes.length; i++) classes[bytes.charCodeAt(i)] |= flag;
};

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const digits = "0123456789";
mark(idStart, `${letters}_`);
mark(idPart, `${letters}${digits}_'-`);
mark(pathPart, `${letters}${digits}._-+`);
mark(schemePart, `${letters}${digits}+-.`);
mark(urlPart, `${letters}${digits}%/?:@&=+$,-_.!~*'`);
mark(digit, digits);
