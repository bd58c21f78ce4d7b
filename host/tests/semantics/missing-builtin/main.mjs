import 'node:http2';
