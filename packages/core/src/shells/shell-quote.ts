import type { ByteString } from "@tsnix/store";

/** A text as one word of a shell's command line, in single quotes. */
export const shellQuote = (text: ByteString): ByteString => `'${text.replaceAll("'", "'\\''")}'`;
