/** What a tree is called in messages: its URL between guillemets, which are UTF-8 in a byte string. */
export const sourceName = (url: string): string => `\xc2\xab${url}\xc2\xbb`;
