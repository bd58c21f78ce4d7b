export default (words) => console.error(`${words.size} words`);
