import { type DrvElement, parseElement } from "./context";

/** How messages show an element of a context: the store path, with `^output` for outputs. */
export const showElement = (element: string, storeDir: string): string => {
	const e = parseElement(element);
	if (e.kind === "deep") return `${storeDir}/${e.drv} (deep)`;
	return showDrv(e, storeDir);
};

const showDrv = (e: DrvElement, storeDir: string): string =>
	e.kind === "opaque" ? `${storeDir}/${e.path}` : `${showDrv(e.drv, storeDir)}^${e.output}`;
