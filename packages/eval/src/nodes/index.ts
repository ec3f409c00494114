/** Importing this registers how each kind of expression is run. */
import "./literals";
import "./variables";
import "./select";
import "./sets";
import "./lists";
import "./blocks";
import "./functions";
import "./calls";
import "./conditions";
import "./operators";
import "./strings";

export { applicationCode, elsewhereCode, onceCode } from "./calls";
