import type { Plan } from "@tsnix/store";
import { renderSize } from "./size";

/** What a plan comes to, line by line, as the reference tells it before it builds. */
export const missingLines = (plan: Plan, storeDir: string, readOnly: boolean): string[] => {
	const lines: string[] = [];
	const { willBuild, willSubstitute, unknown } = plan;
	const show = (path: { toString(storeDir: string): string }): string => `  ${path.toString(storeDir)}`;
	if (willBuild.length > 0)
		lines.push(
			willBuild.length === 1
				? "this derivation will be built:"
				: `these ${willBuild.length} derivations will be built:`,
			...willBuild.map(show),
		);
	if (willSubstitute.length > 0) {
		const size = `(${renderSize(plan.downloadSize)} download, ${renderSize(plan.narSize)} unpacked)`;
		lines.push(
			willSubstitute.length === 1
				? `this path will be fetched ${size}:`
				: `these ${willSubstitute.length} paths will be fetched ${size}:`,
			...[...willSubstitute]
				.sort((a, b) => (a.name === b.name ? (a.baseName < b.baseName ? -1 : 1) : a.name < b.name ? -1 : 1))
				.map(show),
		);
	}
	if (unknown.length > 0)
		lines.push(
			`don't know how to build these paths${readOnly ? " (may be caused by read-only store access)" : ""}:`,
			...unknown.map(show),
		);
	return lines;
};
