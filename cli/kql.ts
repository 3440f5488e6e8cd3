import { Command } from "commander";
import * as fs from "node:fs";
import * as readline from "node:readline";
import { checkQuery, openDatabase, type KqlIssue, type QueryResult, type TableData } from "../kql";
import { BadInput, ExitCode } from "./exit";
import type { Output } from "./output";
