import 'node:no-such-module';
