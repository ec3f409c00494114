import { expect, it } from "vitest";
import { newEvaluator, valueOf } from "../builtins/testing";
import { renderError } from "../errors/render";
import { emptyAttrs } from "../runtime/shape";
import { findDerivations } from "./derivations";

it("a derivation's drvPath has to end in .drv; the error tells where it is", () => {
	const st = newEvaluator();
	const path = "/nix/store/00000000000000000000000000000000-thing";
	const [info] = findDerivations(
		st,
		valueOf(st, `{ type = "derivation"; name = "thing"; drvPath = "${path}"; }`),
		emptyAttrs,
	);
	let text = "";
	try {
		void info.drvPath;
	} catch (error) {
		text = renderError(error);
	}
	expect(text).toContain("… while evaluating the 'drvPath' attribute of a derivation\n         at «string»:1:40:");
	expect(text).toContain("error: store path '00000000000000000000000000000000-thing' is not a valid derivation path");
});
