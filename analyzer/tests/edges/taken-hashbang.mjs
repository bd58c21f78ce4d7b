#!/usr/bin/env node
export let a;
