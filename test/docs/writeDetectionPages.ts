import * as fs from "node:fs";
import * as path from "node:path";
import { detectionPages, detectionPagesFolder } from "./detectionPages";

// Writes the pages on detections anew: npx tsx test/docs/writeDetectionPages.ts
void detectionPages().then((pages) => {
    fs.rmSync(detectionPagesFolder, { recursive: true, force: true });
    fs.mkdirSync(detectionPagesFolder, { recursive: true });
    for (const [name, page] of pages) fs.writeFileSync(path.join(detectionPagesFolder, name), page);
});
