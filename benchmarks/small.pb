META
key;value
description;Loads and compiles what is loaded and compiled once
country;United Kingdom
unit;Benchmark
instance;2026
num_projects;3
num_votes;4
budget;100
vote_type;approval
rule;equalshares
date_begin;2026
date_end;2026
PROJECTS
project_id;cost;name
1;40;Bede Park
2;30;Mere Knolls
3;60;Benches
VOTES
voter_id;vote
v1;1,2
v2;1,2
v3;2,3
v4;3
