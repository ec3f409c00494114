import { RestrictedPathError } from "../errors/errors";
import type { Evaluator } from "./evaluator";
import { canonPath } from "./paths";
import { RootAccessor } from "./root-accessor";

const isScheme = (text: string): boolean => /^[a-zA-Z][a-zA-Z0-9+.-]*:$/.test(text);

/** Whether a URI is one of those allowed, or below one of them. */
export const isAllowedUri = (uri: string, allowed: readonly string[]): boolean =>
	allowed.some(
		(prefix) =>
			uri === prefix ||
			(prefix !== "" &&
				uri.length > prefix.length &&
				uri.startsWith(prefix) &&
				(prefix.endsWith("/") || uri[prefix.length] === "/" || isScheme(prefix))),
	);

/** Throws where restricted evaluation does not allow a URI to be fetched. */
export const checkUri = (st: Evaluator, uri: string): void => {
	const { restrictEval, allowedUris } = st.settings;
	if (!restrictEval || isAllowedUri(uri, allowedUris)) return;
	const path = uri.startsWith("/") ? uri : filePath(uri);
	if (path !== undefined) {
		const { accessor } = st.rootFS;
		if (accessor instanceof RootAccessor) accessor.checkAccess(canonPath(path));
		return;
	}
	throw st.fail(new RestrictedPathError("NIX_RESTRICTED", `access to URI '${uri}' is forbidden in restricted mode`), 0);
};

/** The path of a `file:` URI. */
const filePath = (uri: string): string | undefined => {
	const match = /^file:(?:\/\/[^/?#]*)?(\/[^?#]*)/.exec(uri);
	return match?.[1].replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
};
