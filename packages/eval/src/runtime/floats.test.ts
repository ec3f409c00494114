import { expect, it } from "vitest";
import { show } from "../builtins/testing";

const nans = 'let p = (builtins.fromTOML "x = nan").x; n = (builtins.fromTOML "x = -nan").x; inf = 1.0e308 * 10; in';

it("NaN has a sign, which is printed", () => {
	expect(show(`${nans} [ p n (inf - inf) (0 * inf) ]`)).toBe("[ nan -nan -nan -nan ]");
	expect(show(`${nans} [ (toString p) (toString n) ]`)).toBe('[ "nan" "-nan" ]');
	expect(show(`${nans} builtins.toXML p`)).toContain('<float value=\\"nan\\" />');
	expect(show(`${nans} builtins.ceil p`)).toContain("NixFloat argument nan is not in the range of NixInt");
});

it("operations keep the sign of the operand that is no number", () => {
	expect(show(`${nans} [ (1 + p) (p + 1.5) (0 - p) (2 / p) (p * 0) (n + 1) ]`)).toBe("[ nan nan nan nan nan -nan ]");
	expect(show(`${nans} [ (p + n) (n + p) (p - n) (n / p) ]`)).toBe("[ nan -nan nan -nan ]");
	expect(show(`${nans} [ (p * n) (builtins.add p n) ]`)).toBe("[ -nan -nan ]");
});
