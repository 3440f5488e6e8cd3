import js from "@eslint/js";
import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

export default tseslint.config(
    { ignores: ["dist/", "coverage/", "node_modules/"] },
    {
        files: ["**/*.ts"],
        extends: [js.configs.recommended, ...tseslint.configs.recommendedTypeChecked],
        plugins: { "@pulumi": pulumi },
        languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
        rules: {
            "@typescript-eslint/no-explicit-any": "error",
            "@typescript-eslint/no-non-null-assertion": "error",
            "@typescript-eslint/no-floating-promises": "error",
            "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
            "@typescript-eslint/consistent-type-imports": "error",
            "@typescript-eslint/no-unused-vars": [
                "error",
                { argsIgnorePattern: "^_", ignoreRestSiblings: true, varsIgnorePattern: "^_" },
            ],
            "@pulumi/no-output-in-template-literal": "error",
            "no-restricted-syntax": [
                "error",
                {
                    selector:
                        "CallExpression[callee.object.object.name=pulumi][callee.object.property.name=log][arguments.length>1]",
                    message:
                        "Name the resource in the text: Pulumi keeps a message of a resource, and every later one, until the resource has its URN.",
                },
            ],
            "no-restricted-imports": [
                "error",
                {
                    paths: [
                        {
                            name: "@pulumi/azure-native",
                            message:
                                "Import the module that is needed (@pulumi/azure-native/compute): the whole SDK costs half a second.",
                        },
                    ],
                },
            ],
        },
    },
    {
        files: ["components/**/*.ts"],
        rules: { "@pulumi/no-output-instance-in-template-literal": "off" },
    },
    {
        files: ["**/*.{js,cjs,mjs}"],
        extends: [js.configs.recommended],
        languageOptions: {
            globals: {
                require: "readonly",
                module: "writable",
                process: "readonly",
                console: "readonly",
                __dirname: "readonly",
            },
        },
    },
);
