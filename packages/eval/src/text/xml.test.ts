import { describe, expect, it } from "vitest";
import { XMLWriter } from "./xml";

describe("XMLWriter", () => {
	it("indents elements, sorts attributes and escapes their values", () => {
		const doc = new XMLWriter();
		doc.element("expr", {}, () => {
			doc.element("attrs", {}, () => {
				doc.writeEmptyElement("string", { value: '<"a" & b>\n' });
				doc.openElement("attr", { path: "/x", name: "y", line: "1" });
				doc.closeElement();
			});
		});
		expect(doc.text()).toBe(
			"<?xml version='1.0' encoding='utf-8'?>\n" +
				"<expr>\n" +
				"  <attrs>\n" +
				'    <string value="&lt;&quot;a&quot; &amp; b&gt;&#xA;" />\n' +
				'    <attr line="1" name="y" path="/x">\n' +
				"    </attr>\n" +
				"  </attrs>\n" +
				"</expr>\n",
		);
	});
});
