// URLs, and what Node.js prints of them.
import util from 'node:util';
import url from 'node:url';
const t = (name, f) => {
    let shown;
    try {
        shown = f();
    } catch (error) {
        shown = `throws ${error.name} ${error.code ?? ''} ${error.message.split('\n')[0]}`;
    }
    console.log(`${name}:`, typeof shown === 'string' ? shown : util.inspect(shown));
};
for (const u of ['http://user:pa%20ss@EXAMPLE.com:80/a/../b/./c?q=1 2#h x','https://[::1]:8080/','http://192.168.257','http://0x7f.1/','file:///C:/a/../b','data:text/plain,hi','http://ex ample.com','//x','http://a.com:99999','http://münchen.de/ä?ö#ü','javascript:alert(1)','http://a.com/%7Efoo/%zz','ws://a:80/','ftp://a:21/x','blob:https://a.com/x','http://a.com?x=\'"<>`','HTTP://A.com\\b\\c','mailto:a@b.c','http://1.2.3.4.5/','http://a..b/','http:///a','http://%41.com'])
 t('URL '+u,()=>{const x=new URL(u); return [x.href,x.origin,x.protocol,x.username,x.password,x.host,x.hostname,x.port,x.pathname,x.search,x.hash].join('|')});
t('URL base',()=>[new URL('../x?y','http://a/b/c/d').href,new URL('//h/p','https://a').href,new URL('?q','http://a/b#c').href,new URL('#f','http://a/b?c').href,new URL('','http://a/b?c#d').href,URL.canParse?.('x:y'),URL.canParse?.('x')]);
t('URL set',()=>{const x=new URL('http://a.com/b'); x.port='8080'; x.hash='z'; x.search='a=1'; x.pathname='q w'; x.host='c.d:1'; x.protocol='https'; x.username='u'; x.searchParams.append('k','v w'); return x.href});
t('URL inspect',()=>util.inspect(new URL('http://a.com/b?c=1#d'))); t('usp inspect',()=>util.inspect(new URLSearchParams('a=1&b=2')));
t('usp',()=>{const s=new URLSearchParams([['a','1'],['b','2'],['a','3 &']]); s.sort(); s.delete('b'); return [s.toString(),s.getAll('a'),s.has('a'),[...s],s.size,new URLSearchParams({x:1}).toString(),new URLSearchParams('?a=%20+b').get('a')]});
t('url fns',()=>[url.fileURLToPath('file:///a%20b/c'),url.pathToFileURL('/a b/#?').href,url.format({protocol:'http',host:'a.com',pathname:'/x',query:{a:1}}),url.resolve('/one/two','three'),url.domainToASCII('español.com'),url.urlToHttpOptions?.(new URL('http://a/b')).path]);
t('url err',()=>url.fileURLToPath('http://a')); t('new URL err',()=>new URL('nope'));
