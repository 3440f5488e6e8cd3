"use strict";
// Coverage is that of this process: children (the language host, policy packs, the command) run the same files compiled
// otherwise, and what they report of them would only blur the lines.
delete process.env.NODE_V8_COVERAGE;
