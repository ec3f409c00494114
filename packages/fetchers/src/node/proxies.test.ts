import { expect, test } from "vitest";
import { proxiesOf, proxyFor } from "./proxies";

const through = (env: Record<string, string>, url: string) => proxyFor(new URL(url), proxiesOf(env))?.href;

test("proxies are those of the environment, by the scheme of the URL", () => {
	const env = { http_proxy: "http://one:80", HTTPS_PROXY: "two:3128", ALL_PROXY: "http://three" };
	expect(through(env, "http://example.org/")).toBe("http://one/");
	expect(through(env, "https://example.org/")).toBe("http://two:3128/");
	expect(through({ ALL_PROXY: "http://three" }, "https://example.org/")).toBe("http://three/");
	expect(through({ HTTP_PROXY: "http://one" }, "http://example.org/")).toBeUndefined();
	expect(through({ https_proxy: "" }, "https://example.org/")).toBeUndefined();
});

test("some hosts are asked themselves", () => {
	const to = (no_proxy: string, host: string) => through({ all_proxy: "http://proxy", no_proxy }, `http://${host}/`);
	expect(to("example.org, .intern", "example.org")).toBeUndefined();
	expect(to("example.org, .intern", "sub.example.org")).toBeUndefined();
	expect(to("example.org, .intern", "a.INTERN")).toBeUndefined();
	expect(to("example.org, .intern", "notexample.org")).toBe("http://proxy/");
	expect(to("*", "example.org")).toBeUndefined();
	expect(to("::1", "[::1]:80")).toBeUndefined();
	expect(to("", "example.org")).toBe("http://proxy/");
});
