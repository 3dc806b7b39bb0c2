-- Makes Tests/ZooWorkflowsTests/Goldens/Vectors/vec0.sqlite: sqlite3 3.40.1, sqlite-vec 0.1.9 (pip install sqlite-vec)
-- sqlite3 vec0.sqlite ".load .../sqlite_vec/vec0" ".read Scripts/goldens/vec0.sql"
PRAGMA page_size=1024;
create virtual table films using vec0(film integer primary key, decade text partition key, plot float[3], poster int8[4], mark bit[16], year integer, title text, score float, seen boolean, +notes text, chunk_size=8);
insert into films(film,decade,plot,poster,mark,year,title,score,seen,notes) values (7,'90s','[1,2,-0.5]',vec_int8('[1,-2,3,4]'),vec_bit(X'0180'),1999,'a title of more than 12 bytes',1.5,1,'hello'),(3,'00s','[4,5,6]',vec_int8('[5,6,7,8]'),vec_bit(X'FF00'),2001,'short',2.5,0,NULL),(9,'90s','[7,8,9]',vec_int8('[0,0,0,1]'),vec_bit(X'0000'),1995,'Größe',-1.25,1,'');
create virtual table words using vec0(word text primary key, vec float[2], chunk_size=8);
insert into words values('x','[1,2]'),('y','[4,5]'),('z','[7,8]');
delete from words where word='x';
vacuum;
