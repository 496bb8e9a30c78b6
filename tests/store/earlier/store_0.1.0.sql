BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('v3.2.0.a');
CREATE TABLE cells (
	id INTEGER NOT NULL, 
	sweep_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	dataset_fingerprint TEXT NOT NULL, 
	experiment JSON NOT NULL, 
	status TEXT NOT NULL, 
	tries INTEGER NOT NULL, 
	claimed_by TEXT NOT NULL, 
	heartbeat DOUBLE, 
	error TEXT NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT uq_cells_sweep_id_key_dataset_fingerprint UNIQUE (sweep_id, "key", dataset_fingerprint), 
	FOREIGN KEY(sweep_id) REFERENCES sweeps (id) ON DELETE CASCADE
);
INSERT INTO "cells" VALUES(1,1,0,'6daea7c4ae667afff03354dcf0c3baa2448a23377234ba64cbbf53d4a8a916cc','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "scheme": "he", "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32"}','done',0,'',NULL,'');
INSERT INTO "cells" VALUES(2,1,1,'7b72a64c785b5abcbb5285bad2a8f51d220d1d9ea062f15b8ce428a7b1e4cf88','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "scheme": "he", "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 1}','done',0,'',NULL,'');
INSERT INTO "cells" VALUES(3,1,2,'b11ce1b9837bec893995845df0db3eaa837298d5139a3c56728c1b853a570217','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "scheme": "he", "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 2}','done',1,'',NULL,'');
INSERT INTO "cells" VALUES(4,1,3,'ff3d2c116c55407494c427b3dd8545a80f7a3b75ce2bec84ecff780eb1927dab','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "scheme": "he", "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 3}','done',1,'',NULL,'');
INSERT INTO "cells" VALUES(5,1,4,'63bdc242649d175e7192a93cbd6ad25a1fceaf29d11e0d1eef61a3c2efbca075','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "scheme": "he", "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 4}','done',1,'',NULL,'');
INSERT INTO "cells" VALUES(6,1,5,'c1ecf02b12822833d853bb7bf7e6a27d8c4eff99e79734e96025ac345f7400e2','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "scheme": "he", "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 5}','done',1,'',NULL,'');
INSERT INTO "cells" VALUES(7,1,6,'123d89b726a6c66b046ab4982fa835fff8ba73fec677f87ea09b09d5e7a1e84e','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "scheme": "he", "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 6}','done',1,'',NULL,'');
INSERT INTO "cells" VALUES(8,1,7,'ae62a68d5fc693c04b9c37b1c3956c9b1adf08d407ab2770f19ffe4516588f54','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "scheme": "he", "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 7}','done',1,'',NULL,'');
INSERT INTO "cells" VALUES(9,1,8,'7ab2f6e91e1415c1b02239131fc5760e591f21de9d330f2e15e748721c9c417a','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "scheme": "he", "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 8}','done',1,'',NULL,'');
INSERT INTO "cells" VALUES(10,1,9,'7e4dd7d9cd12fc6c872df136efde0846267b94ed9a71e894d9dc8742b76f559c','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "scheme": "he", "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 9}','done',1,'',NULL,'');
INSERT INTO "cells" VALUES(11,1,10,'897693c80c41cc556fbf17867f54ca5a71bfc98da7e82fc857c70785780063db','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32"}','done',0,'',NULL,'');
INSERT INTO "cells" VALUES(12,1,11,'cf8177b3829e561845260bd6baab7e310ca7e292e689e77cd05fd0b527457553','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 1}','done',0,'',NULL,'');
INSERT INTO "cells" VALUES(13,1,12,'2ec9b1f76eaecad7ff6687fcb34fa337a27aa8310fe172269c235497d33acd26','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 2}','done',1,'',NULL,'');
INSERT INTO "cells" VALUES(14,1,13,'988553a4f3b6c32d1e8747dac02876669beeb8411f08ed9c002046dce020b73d','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 3}','done',1,'',NULL,'');
INSERT INTO "cells" VALUES(15,1,14,'0ee8210fdfe53f40f4f8c1294354aa9432b6e4dacbf530d139c7c3831b7c9278','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 4}','done',1,'',NULL,'');
INSERT INTO "cells" VALUES(16,1,15,'69aff18890544a1cc58cab111c7b8ba0ba7a91e6dd374967295489494c1e947b','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 5}','done',1,'',NULL,'');
INSERT INTO "cells" VALUES(17,1,16,'c349131cf30cd02cdeebc6609f633b5e3fd0bbfb559e12646617504cce2a840e','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 6}','done',1,'',NULL,'');
INSERT INTO "cells" VALUES(18,1,17,'f6980e69381adc98b05b2e8e7d46a800511f831c073781213646e0c6ba73d818','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 7}','queued',0,'',NULL,'');
INSERT INTO "cells" VALUES(19,1,18,'d7d0f0a59a50a38a86da184fb5a6a315c22dd2038e49dedb2bfbf49d97d409ac','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 8}','queued',0,'',NULL,'');
INSERT INTO "cells" VALUES(20,1,19,'ae8d48f134075455a8cdff7cddbdf55f8ecb49dbbe02c0406866bc2a26c6987f','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','{"blocks": 2, "channels": 4, "kernel": 3, "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32", "seed": 9}','queued',0,'',NULL,'');
CREATE TABLE curve (
	run_id INTEGER NOT NULL, 
	epoch INTEGER NOT NULL, 
	train_loss DOUBLE, 
	test_loss DOUBLE, 
	test_accuracy DOUBLE, 
	seconds DOUBLE, 
	PRIMARY KEY (run_id, epoch), 
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "curve" VALUES(1,1,2.99137318134307861328e+00,2.91858274303376674652e+00,0.09765625,6.10571250000191412254e-02);
INSERT INTO "curve" VALUES(2,1,2.51914808154106140136e+00,2.45734716765582561492e+00,0.091796875,5.77674630000046818167e-02);
INSERT INTO "curve" VALUES(3,1,2.546572953462600708e+00,2.49177174083888530731e+00,0.1015625,1.03519051999967359734e-01);
INSERT INTO "curve" VALUES(4,1,3.86189541220665,3.82361020427197217941e+00,0.099609375,4.58791620000056354911e-02);
INSERT INTO "curve" VALUES(5,1,2.8597863316535949707e+00,2.82935658004134893417e+00,0.09375,4.62354229999846211285e-02);
INSERT INTO "curve" VALUES(6,1,2.89911252260208129882e+00,2.87497713323682546615e+00,0.1015625,1.10304712000015570083e-01);
INSERT INTO "curve" VALUES(7,1,5.745381295681,5.87019727751612663269e+00,0.099609375,5.47704269999940152047e-02);
INSERT INTO "curve" VALUES(8,1,3.59362319111824035644e+00,3.64058339037001132965e+00,0.1015625,4.63093920000119396718e-02);
INSERT INTO "curve" VALUES(9,1,2.82850003242492675781e+00,2.80911703314632177352e+00,0.09375,4.72087680000186082907e-02);
INSERT INTO "curve" VALUES(10,1,2.9838644564151763916e+00,2.9861995810642838478e+00,0.099609375,4.60619410000049356312e-02);
INSERT INTO "curve" VALUES(11,1,4.27392187714576721191e+00,4.31326964683830738067e+00,0.1015625,4.57154630000218276109e-02);
INSERT INTO "curve" VALUES(12,1,3.39909812808036804199e+00,3.35960945207625627517e+00,0.1015625,4.79752960000041639432e-02);
INSERT INTO "curve" VALUES(13,1,2.92287752032279968261e+00,2.87723728921264410018e+00,0.107421875,4.62712149999902067065e-02);
INSERT INTO "curve" VALUES(14,1,5.83121585845947265625e+00,5.78146146982908248901e+00,0.1015625,4.47939149999569963256e-02);
INSERT INTO "curve" VALUES(15,1,2.96485128998756408691e+00,2.988025701604783535e+00,0.099609375,4.52359090000413743837e-02);
INSERT INTO "curve" VALUES(16,1,2.61198729276657104492e+00,2.60934576950967311859e+00,0.111328125,4.53510880000180804927e-02);
INSERT INTO "curve" VALUES(17,1,2.44221159815788269042e+00,2.43164350651204586029e+00,0.10546875,4.56302409999693736608e-02);
INSERT INTO "curve" VALUES(18,1,2.4633809030056,2.45854540076106786727e+00,0.087890625,4.61331229999473180214e-02);
INSERT INTO "curve" VALUES(19,1,2.84481495618820190429e+00,2.86628704890608787536e+00,0.10546875,4.53459579999844208941e-02);
INSERT INTO "curve" VALUES(20,1,2.5446993410587310791e+00,2.48192646447569131851e+00,0.091796875,5.77451899999914530781e-02);
INSERT INTO "curve" VALUES(21,1,2.96067509055137634277e+00,2.88838039897382259368e+00,0.09765625,4.61009850000095866562e-02);
INSERT INTO "curve" VALUES(22,1,2.37575203180313110351e+00,2.32176175247877836227e+00,0.080078125,5.01151850000383092265e-02);
CREATE TABLE metrics (
	run_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	value DOUBLE, 
	PRIMARY KEY (run_id, name), 
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "metrics" VALUES(1,'backward_growth',3.53671758524775325938e+00);
INSERT INTO "metrics" VALUES(1,'final_accuracy',0.09765625);
INSERT INTO "metrics" VALUES(1,'first_epoch_accuracy',0.09765625);
INSERT INTO "metrics" VALUES(1,'forward_growth',4.04080943595736);
INSERT INTO "metrics" VALUES(1,'grad_norm_ratio',6.26299961322451803624e-01);
INSERT INTO "metrics" VALUES(1,'images_per_second',4.19279486218716920115e+03);
INSERT INTO "metrics" VALUES(1,'initial_loss',3.0231304168701171875e+00);
INSERT INTO "metrics" VALUES(1,'largest_gradient',4.33259755373001098632e-01);
INSERT INTO "metrics" VALUES(1,'last_input_similarity',3.65865779171110350187e-01);
INSERT INTO "metrics" VALUES(1,'log10_backward_growth',5.48600381820586235903e-01);
INSERT INTO "metrics" VALUES(1,'log10_forward_growth',6.06468369654814876135e-01);
INSERT INTO "metrics" VALUES(1,'log10_grad_norm_ratio',-2.03217615118820332797e-01);
INSERT INTO "metrics" VALUES(1,'peak_memory',928440320.0);
INSERT INTO "metrics" VALUES(1,'seconds',3.61549114600001075814e+00);
INSERT INTO "metrics" VALUES(1,'test_loss',2.91858274303376674652e+00);
INSERT INTO "metrics" VALUES(1,'train_loss',2.99137318134307861328e+00);
INSERT INTO "metrics" VALUES(2,'backward_growth',1.5283076022718189435e+00);
INSERT INTO "metrics" VALUES(2,'final_accuracy',0.091796875);
INSERT INTO "metrics" VALUES(2,'first_epoch_accuracy',0.091796875);
INSERT INTO "metrics" VALUES(2,'forward_growth',1.60931390990194);
INSERT INTO "metrics" VALUES(2,'grad_norm_ratio',7.90761924427753060129e-01);
INSERT INTO "metrics" VALUES(2,'images_per_second',4.43156037508483404948e+03);
INSERT INTO "metrics" VALUES(2,'initial_loss',2.53538203239440917968e+00);
INSERT INTO "metrics" VALUES(2,'largest_gradient',1.66056856513023376464e-01);
INSERT INTO "metrics" VALUES(2,'last_input_similarity',1.88797764800143402785e-01);
INSERT INTO "metrics" VALUES(2,'log10_backward_growth',1.84210773431131846766e-01);
INSERT INTO "metrics" VALUES(2,'log10_forward_growth',2.0664076506937378852e-01);
INSERT INTO "metrics" VALUES(2,'log10_grad_norm_ratio',-1.01954250346003472138e-01);
INSERT INTO "metrics" VALUES(2,'peak_memory',923074560.0);
INSERT INTO "metrics" VALUES(2,'seconds',3.55287763500001574357e+00);
INSERT INTO "metrics" VALUES(2,'test_loss',2.45734716765582561492e+00);
INSERT INTO "metrics" VALUES(2,'train_loss',2.51914808154106140136e+00);
INSERT INTO "metrics" VALUES(3,'backward_growth',1.58737284898705954816e+00);
INSERT INTO "metrics" VALUES(3,'final_accuracy',0.1015625);
INSERT INTO "metrics" VALUES(3,'first_epoch_accuracy',0.1015625);
INSERT INTO "metrics" VALUES(3,'forward_growth',1.69960190308174685647e+00);
INSERT INTO "metrics" VALUES(3,'grad_norm_ratio',7.38517072522622108898e-01);
INSERT INTO "metrics" VALUES(3,'images_per_second',2.47297473319288837957e+03);
INSERT INTO "metrics" VALUES(3,'initial_loss',2.56707692146301269531e+00);
INSERT INTO "metrics" VALUES(3,'largest_gradient',1.24225184321403503417e-01);
INSERT INTO "metrics" VALUES(3,'last_input_similarity',2.1447290558345130651e-01);
INSERT INTO "metrics" VALUES(3,'log10_backward_growth',2.00678947699526766257e-01);
INSERT INTO "metrics" VALUES(3,'log10_forward_growth',2.30347208706861650284e-01);
INSERT INTO "metrics" VALUES(3,'log10_grad_norm_ratio',-1.31639460519039630526e-01);
INSERT INTO "metrics" VALUES(3,'peak_memory',931663872.0);
INSERT INTO "metrics" VALUES(3,'seconds',1.49076750999995510937e-01);
INSERT INTO "metrics" VALUES(3,'test_loss',2.49177174083888530731e+00);
INSERT INTO "metrics" VALUES(3,'train_loss',2.546572953462600708e+00);
INSERT INTO "metrics" VALUES(4,'backward_growth',3.83582048569262790138e+00);
INSERT INTO "metrics" VALUES(4,'final_accuracy',0.099609375);
INSERT INTO "metrics" VALUES(4,'first_epoch_accuracy',0.099609375);
INSERT INTO "metrics" VALUES(4,'forward_growth',4.14707276692213788749e+00);
INSERT INTO "metrics" VALUES(4,'grad_norm_ratio',8.67202156471380658508e-01);
INSERT INTO "metrics" VALUES(4,'images_per_second',5.57987523834826242832e+03);
INSERT INTO "metrics" VALUES(4,'initial_loss',3.97346425056457519531e+00);
INSERT INTO "metrics" VALUES(4,'largest_gradient',1.17428600788116455078e+00);
INSERT INTO "metrics" VALUES(4,'last_input_similarity',4.39401103590448260938e-01);
INSERT INTO "metrics" VALUES(4,'log10_backward_growth',5.83858274229236751118e-01);
INSERT INTO "metrics" VALUES(4,'log10_forward_growth',6.17741655811447909485e-01);
INSERT INTO "metrics" VALUES(4,'log10_grad_norm_ratio',-0.0618796508443685);
INSERT INTO "metrics" VALUES(4,'peak_memory',931663872.0);
INSERT INTO "metrics" VALUES(4,'seconds',6.69508720000067114597e-02);
INSERT INTO "metrics" VALUES(4,'test_loss',3.82361020427197217941e+00);
INSERT INTO "metrics" VALUES(4,'train_loss',3.86189541220665);
INSERT INTO "metrics" VALUES(5,'backward_growth',1.50244886378274378202e+00);
INSERT INTO "metrics" VALUES(5,'final_accuracy',0.09375);
INSERT INTO "metrics" VALUES(5,'first_epoch_accuracy',0.09375);
INSERT INTO "metrics" VALUES(5,'forward_growth',1.53072112560020201499e+00);
INSERT INTO "metrics" VALUES(5,'grad_norm_ratio',9.69527133533865881354e-01);
INSERT INTO "metrics" VALUES(5,'images_per_second',5.53688024007231706499e+03);
INSERT INTO "metrics" VALUES(5,'initial_loss',2.89527273178100585937e+00);
INSERT INTO "metrics" VALUES(5,'largest_gradient',2.49241083860397338867e-01);
INSERT INTO "metrics" VALUES(5,'last_input_similarity',2.24382896367063072728e-01);
INSERT INTO "metrics" VALUES(5,'log10_backward_growth',1.76799699606620119851e-01);
INSERT INTO "metrics" VALUES(5,'log10_forward_growth',1.84896075972691420474e-01);
INSERT INTO "metrics" VALUES(5,'log10_grad_norm_ratio',-1.34400320941607115399e-02);
INSERT INTO "metrics" VALUES(5,'peak_memory',935759872.0);
INSERT INTO "metrics" VALUES(5,'seconds',6.6864968000004409987e-02);
INSERT INTO "metrics" VALUES(5,'test_loss',2.82935658004134893417e+00);
INSERT INTO "metrics" VALUES(5,'train_loss',2.8597863316535949707e+00);
INSERT INTO "metrics" VALUES(6,'backward_growth',1.50238346833321223527e+00);
INSERT INTO "metrics" VALUES(6,'final_accuracy',0.1015625);
INSERT INTO "metrics" VALUES(6,'first_epoch_accuracy',0.1015625);
INSERT INTO "metrics" VALUES(6,'forward_growth',1.48656663913308140223e+00);
INSERT INTO "metrics" VALUES(6,'grad_norm_ratio',1.31856285379095861109e+00);
INSERT INTO "metrics" VALUES(6,'images_per_second',2.32084373693812722199e+03);
INSERT INTO "metrics" VALUES(6,'initial_loss',2.92729449272155761718e+00);
INSERT INTO "metrics" VALUES(6,'largest_gradient',3.13751667737960815429e-01);
INSERT INTO "metrics" VALUES(6,'last_input_similarity',2.26290773231998421088e-01);
INSERT INTO "metrics" VALUES(6,'log10_backward_growth',1.76780796133987699869e-01);
INSERT INTO "metrics" VALUES(6,'log10_forward_growth',1.72184382332809360338e-01);
INSERT INTO "metrics" VALUES(6,'log10_grad_norm_ratio',1.20100836749071016029e-01);
INSERT INTO "metrics" VALUES(6,'peak_memory',937857024.0);
INSERT INTO "metrics" VALUES(6,'seconds',1.47321348999980727967e-01);
INSERT INTO "metrics" VALUES(6,'test_loss',2.87497713323682546615e+00);
INSERT INTO "metrics" VALUES(6,'train_loss',2.89911252260208129882e+00);
INSERT INTO "metrics" VALUES(7,'backward_growth',4.3851140158401);
INSERT INTO "metrics" VALUES(7,'final_accuracy',0.099609375);
INSERT INTO "metrics" VALUES(7,'first_epoch_accuracy',0.099609375);
INSERT INTO "metrics" VALUES(7,'forward_growth',5.40370342321491570203e+00);
INSERT INTO "metrics" VALUES(7,'grad_norm_ratio',8.36163190680776380325e-01);
INSERT INTO "metrics" VALUES(7,'images_per_second',4.6740552159658709571e+03);
INSERT INTO "metrics" VALUES(7,'initial_loss',5.99407052993774414062e+00);
INSERT INTO "metrics" VALUES(7,'largest_gradient',2.49382281303405761718e+00);
INSERT INTO "metrics" VALUES(7,'last_input_similarity',3.75465179583210628688e-01);
INSERT INTO "metrics" VALUES(7,'log10_backward_growth',6.4198088979019363176e-01);
INSERT INTO "metrics" VALUES(7,'log10_forward_growth',7.32691505191641390126e-01);
INSERT INTO "metrics" VALUES(7,'log10_grad_norm_ratio',-7.77089547431304428215e-02);
INSERT INTO "metrics" VALUES(7,'peak_memory',911339520.0);
INSERT INTO "metrics" VALUES(7,'seconds',3.64613927300001705589e+00);
INSERT INTO "metrics" VALUES(7,'test_loss',5.87019727751612663269e+00);
INSERT INTO "metrics" VALUES(7,'train_loss',5.745381295681);
INSERT INTO "metrics" VALUES(8,'backward_growth',4.43433036219721810056e+00);
INSERT INTO "metrics" VALUES(8,'final_accuracy',0.1015625);
INSERT INTO "metrics" VALUES(8,'first_epoch_accuracy',0.1015625);
INSERT INTO "metrics" VALUES(8,'forward_growth',5.63494094774586784524e+00);
INSERT INTO "metrics" VALUES(8,'grad_norm_ratio',0.687059146248903);
INSERT INTO "metrics" VALUES(8,'images_per_second',5.52803629984893814264e+03);
INSERT INTO "metrics" VALUES(8,'initial_loss',3.48972988128662109375e+00);
INSERT INTO "metrics" VALUES(8,'largest_gradient',0.676388144493103);
INSERT INTO "metrics" VALUES(8,'last_input_similarity',4.68459987334311322992e-01);
INSERT INTO "metrics" VALUES(8,'log10_backward_growth',6.46828045371759863257e-01);
INSERT INTO "metrics" VALUES(8,'log10_forward_growth',7.50889369148319829605e-01);
INSERT INTO "metrics" VALUES(8,'log10_grad_norm_ratio',-1.63005874608790263247e-01);
INSERT INTO "metrics" VALUES(8,'peak_memory',915435520.0);
INSERT INTO "metrics" VALUES(8,'seconds',6.76249570000209132558e-02);
INSERT INTO "metrics" VALUES(8,'test_loss',3.64058339037001132965e+00);
INSERT INTO "metrics" VALUES(8,'train_loss',3.59362319111824035644e+00);
INSERT INTO "metrics" VALUES(9,'backward_growth',4.22274131463134061448e+00);
INSERT INTO "metrics" VALUES(9,'final_accuracy',0.09375);
INSERT INTO "metrics" VALUES(9,'first_epoch_accuracy',0.09375);
INSERT INTO "metrics" VALUES(9,'forward_growth',4.39298069236925581293e+00);
INSERT INTO "metrics" VALUES(9,'grad_norm_ratio',0.79839562485805);
INSERT INTO "metrics" VALUES(9,'images_per_second',5.42272147411046807983e+03);
INSERT INTO "metrics" VALUES(9,'initial_loss',2.83957910537719726562e+00);
INSERT INTO "metrics" VALUES(9,'largest_gradient',5.47115743160247802734e-01);
INSERT INTO "metrics" VALUES(9,'last_input_similarity',3.7584394579461916086e-01);
INSERT INTO "metrics" VALUES(9,'log10_backward_growth',6.25594477335578491583e-01);
INSERT INTO "metrics" VALUES(9,'log10_forward_growth',6.42759294497754263275e-01);
INSERT INTO "metrics" VALUES(9,'log10_grad_norm_ratio',-9.77818516119836333988e-02);
INSERT INTO "metrics" VALUES(9,'peak_memory',915435520.0);
INSERT INTO "metrics" VALUES(9,'seconds',6.86111110000524604402e-02);
INSERT INTO "metrics" VALUES(9,'test_loss',2.80911703314632177352e+00);
INSERT INTO "metrics" VALUES(9,'train_loss',2.82850003242492675781e+00);
INSERT INTO "metrics" VALUES(10,'backward_growth',3.21310706471590767918e+00);
INSERT INTO "metrics" VALUES(10,'final_accuracy',0.099609375);
INSERT INTO "metrics" VALUES(10,'first_epoch_accuracy',0.099609375);
INSERT INTO "metrics" VALUES(10,'forward_growth',4.07364265884526588479e+00);
INSERT INTO "metrics" VALUES(10,'grad_norm_ratio',7.80159072460658187253e-01);
INSERT INTO "metrics" VALUES(10,'images_per_second',5.5577336612882327245e+03);
INSERT INTO "metrics" VALUES(10,'initial_loss',2.95412874221801757812e+00);
INSERT INTO "metrics" VALUES(10,'largest_gradient',6.77068233489990234375e-01);
INSERT INTO "metrics" VALUES(10,'last_input_similarity',4.64238914937024793605e-01);
INSERT INTO "metrics" VALUES(10,'log10_backward_growth',5.06925197023860851786e-01);
INSERT INTO "metrics" VALUES(10,'log10_forward_growth',6.09982929892870839871e-01);
INSERT INTO "metrics" VALUES(10,'log10_grad_norm_ratio',-1.07816836734709681211e-01);
INSERT INTO "metrics" VALUES(10,'peak_memory',915435520.0);
INSERT INTO "metrics" VALUES(10,'seconds',6.72854270000016185804e-02);
INSERT INTO "metrics" VALUES(10,'test_loss',2.9861995810642838478e+00);
INSERT INTO "metrics" VALUES(10,'train_loss',2.9838644564151763916e+00);
INSERT INTO "metrics" VALUES(11,'backward_growth',2.89260656234150781429e+00);
INSERT INTO "metrics" VALUES(11,'final_accuracy',0.1015625);
INSERT INTO "metrics" VALUES(11,'first_epoch_accuracy',0.1015625);
INSERT INTO "metrics" VALUES(11,'forward_growth',3.50625256618753189385e+00);
INSERT INTO "metrics" VALUES(11,'grad_norm_ratio',5.02096812498940781033e-01);
INSERT INTO "metrics" VALUES(11,'images_per_second',5.59985578621128206582e+03);
INSERT INTO "metrics" VALUES(11,'initial_loss',4.27189588546752929687e+00);
INSERT INTO "metrics" VALUES(11,'largest_gradient',1.14594733715057373046e+00);
INSERT INTO "metrics" VALUES(11,'last_input_similarity',3.15128709792651839904e-01);
INSERT INTO "metrics" VALUES(11,'log10_backward_growth',4.61289367134393279989e-01);
INSERT INTO "metrics" VALUES(11,'log10_forward_growth',5.44843196455688127954e-01);
INSERT INTO "metrics" VALUES(11,'log10_grad_norm_ratio',-2.99212535683042402112e-01);
INSERT INTO "metrics" VALUES(11,'peak_memory',915435520.0);
INSERT INTO "metrics" VALUES(11,'seconds',6.6724104000002171233e-02);
INSERT INTO "metrics" VALUES(11,'test_loss',4.31326964683830738067e+00);
INSERT INTO "metrics" VALUES(11,'train_loss',4.27392187714576721191e+00);
INSERT INTO "metrics" VALUES(12,'backward_growth',3.37755438959192044734e+00);
INSERT INTO "metrics" VALUES(12,'final_accuracy',0.1015625);
INSERT INTO "metrics" VALUES(12,'first_epoch_accuracy',0.1015625);
INSERT INTO "metrics" VALUES(12,'forward_growth',4.1577456034727484635e+00);
INSERT INTO "metrics" VALUES(12,'grad_norm_ratio',5.32273561705806086408e-01);
INSERT INTO "metrics" VALUES(12,'images_per_second',5.33607963565201953324e+03);
INSERT INTO "metrics" VALUES(12,'initial_loss',3.55868935585021972656e+00);
INSERT INTO "metrics" VALUES(12,'largest_gradient',6.3435846567153930664e-01);
INSERT INTO "metrics" VALUES(12,'last_input_similarity',0.437822904779005);
INSERT INTO "metrics" VALUES(12,'log10_backward_growth',5.28602351301604822531e-01);
INSERT INTO "metrics" VALUES(12,'log10_forward_growth',0.618857912992577);
INSERT INTO "metrics" VALUES(12,'log10_grad_norm_ratio',-2.73865104915791301998e-01);
INSERT INTO "metrics" VALUES(12,'peak_memory',919531520.0);
INSERT INTO "metrics" VALUES(12,'seconds',6.84516460000281767861e-02);
INSERT INTO "metrics" VALUES(12,'test_loss',3.35960945207625627517e+00);
INSERT INTO "metrics" VALUES(12,'train_loss',3.39909812808036804199e+00);
INSERT INTO "metrics" VALUES(13,'backward_growth',4.11971881838053555213e+00);
INSERT INTO "metrics" VALUES(13,'final_accuracy',0.107421875);
INSERT INTO "metrics" VALUES(13,'first_epoch_accuracy',0.107421875);
INSERT INTO "metrics" VALUES(13,'forward_growth',4.79245211626502420898e+00);
INSERT INTO "metrics" VALUES(13,'grad_norm_ratio',9.37879059014689153706e-01);
INSERT INTO "metrics" VALUES(13,'images_per_second',5.53259731779366938997e+03);
INSERT INTO "metrics" VALUES(13,'initial_loss',2.94798588752746582031e+00);
INSERT INTO "metrics" VALUES(13,'largest_gradient',5.13585329055786132812e-01);
INSERT INTO "metrics" VALUES(13,'last_input_similarity',0.402469180379348);
INSERT INTO "metrics" VALUES(13,'log10_backward_growth',6.14867575306676572566e-01);
INSERT INTO "metrics" VALUES(13,'log10_forward_growth',6.80557782323024107462e-01);
INSERT INTO "metrics" VALUES(13,'log10_grad_norm_ratio',-2.78531609694828846679e-02);
INSERT INTO "metrics" VALUES(13,'peak_memory',919531520.0);
INSERT INTO "metrics" VALUES(13,'seconds',6.75771219999887762241e-02);
INSERT INTO "metrics" VALUES(13,'test_loss',2.87723728921264410018e+00);
INSERT INTO "metrics" VALUES(13,'train_loss',2.92287752032279968261e+00);
INSERT INTO "metrics" VALUES(14,'backward_growth',5.14992494252065657889e+00);
INSERT INTO "metrics" VALUES(14,'final_accuracy',0.1015625);
INSERT INTO "metrics" VALUES(14,'first_epoch_accuracy',0.1015625);
INSERT INTO "metrics" VALUES(14,'forward_growth',8.03164498721008);
INSERT INTO "metrics" VALUES(14,'grad_norm_ratio',0.731036552979341);
INSERT INTO "metrics" VALUES(14,'images_per_second',5.71506196768569498098e+03);
INSERT INTO "metrics" VALUES(14,'initial_loss',5.99587202072143554687e+00);
INSERT INTO "metrics" VALUES(14,'largest_gradient',4.01721954345703125e+00);
INSERT INTO "metrics" VALUES(14,'last_input_similarity',5.17077892402680427963e-01);
INSERT INTO "metrics" VALUES(14,'log10_backward_growth',7.11800899470968584381e-01);
INSERT INTO "metrics" VALUES(14,'log10_forward_growth',9.04804503647665736565e-01);
INSERT INTO "metrics" VALUES(14,'log10_grad_norm_ratio',-1.36060907090926330731e-01);
INSERT INTO "metrics" VALUES(14,'peak_memory',919531520.0);
INSERT INTO "metrics" VALUES(14,'seconds',0.0659959729999855);
INSERT INTO "metrics" VALUES(14,'test_loss',5.78146146982908248901e+00);
INSERT INTO "metrics" VALUES(14,'train_loss',5.83121585845947265625e+00);
INSERT INTO "metrics" VALUES(15,'backward_growth',1.61104201066356234051e+00);
INSERT INTO "metrics" VALUES(15,'final_accuracy',0.099609375);
INSERT INTO "metrics" VALUES(15,'first_epoch_accuracy',0.099609375);
INSERT INTO "metrics" VALUES(15,'forward_growth',1.86850492563840564486e+00);
INSERT INTO "metrics" VALUES(15,'grad_norm_ratio',1.11565651038154523e+00);
INSERT INTO "metrics" VALUES(15,'images_per_second',5.65922086366753137546e+03);
INSERT INTO "metrics" VALUES(15,'initial_loss',3.0489063262939453125e+00);
INSERT INTO "metrics" VALUES(15,'largest_gradient',6.09830737113952636718e-01);
INSERT INTO "metrics" VALUES(15,'last_input_similarity',1.98585140900626566651e-01);
INSERT INTO "metrics" VALUES(15,'log10_backward_growth',2.0710686553497190121e-01);
INSERT INTO "metrics" VALUES(15,'log10_forward_growth',2.71494247047716685816e-01);
INSERT INTO "metrics" VALUES(15,'log10_grad_norm_ratio',4.75305040928548638845e-02);
INSERT INTO "metrics" VALUES(15,'peak_memory',919531520.0);
INSERT INTO "metrics" VALUES(15,'seconds',0.0658153630000129);
INSERT INTO "metrics" VALUES(15,'test_loss',2.988025701604783535e+00);
INSERT INTO "metrics" VALUES(15,'train_loss',2.96485128998756408691e+00);
INSERT INTO "metrics" VALUES(16,'backward_growth',1.58488263016612895839e+00);
INSERT INTO "metrics" VALUES(16,'final_accuracy',0.111328125);
INSERT INTO "metrics" VALUES(16,'first_epoch_accuracy',0.111328125);
INSERT INTO "metrics" VALUES(16,'forward_growth',1.8849325783561898806e+00);
INSERT INTO "metrics" VALUES(16,'grad_norm_ratio',9.69141903748298894072e-01);
INSERT INTO "metrics" VALUES(16,'images_per_second',5.64484803539659151265e+03);
INSERT INTO "metrics" VALUES(16,'initial_loss',2.53534746170043945312e+00);
INSERT INTO "metrics" VALUES(16,'largest_gradient',1.64318427443504333496e-01);
INSERT INTO "metrics" VALUES(16,'last_input_similarity',2.62423441719496775004e-01);
INSERT INTO "metrics" VALUES(16,'log10_backward_growth',1.99997105696626681359e-01);
INSERT INTO "metrics" VALUES(16,'log10_forward_growth',2.75295820657710521572e-01);
INSERT INTO "metrics" VALUES(16,'log10_grad_norm_ratio',-1.36126280031282909099e-02);
INSERT INTO "metrics" VALUES(16,'peak_memory',919531520.0);
INSERT INTO "metrics" VALUES(16,'seconds',6.73678150000114328577e-02);
INSERT INTO "metrics" VALUES(16,'test_loss',2.60934576950967311859e+00);
INSERT INTO "metrics" VALUES(16,'train_loss',2.61198729276657104492e+00);
INSERT INTO "metrics" VALUES(17,'backward_growth',1.61048287249795807341e+00);
INSERT INTO "metrics" VALUES(17,'final_accuracy',0.10546875);
INSERT INTO "metrics" VALUES(17,'first_epoch_accuracy',0.10546875);
INSERT INTO "metrics" VALUES(17,'forward_growth',1.65600999118385971975e+00);
INSERT INTO "metrics" VALUES(17,'grad_norm_ratio',9.12351527500464221098e-01);
INSERT INTO "metrics" VALUES(17,'images_per_second',5.61031444037676283202e+03);
INSERT INTO "metrics" VALUES(17,'initial_loss',2.44797110557556152343e+00);
INSERT INTO "metrics" VALUES(17,'largest_gradient',1.44051298499107360839e-01);
INSERT INTO "metrics" VALUES(17,'last_input_similarity',1.90912990176371949457e-01);
INSERT INTO "metrics" VALUES(17,'log10_backward_growth',2.06956110453953540107e-01);
INSERT INTO "metrics" VALUES(17,'log10_forward_growth',2.19062952680098288471e-01);
INSERT INTO "metrics" VALUES(17,'log10_grad_norm_ratio',-3.98377964974088727423e-02);
INSERT INTO "metrics" VALUES(17,'peak_memory',919531520.0);
INSERT INTO "metrics" VALUES(17,'seconds',6.6006651000009242125e-02);
INSERT INTO "metrics" VALUES(17,'test_loss',2.43164350651204586029e+00);
INSERT INTO "metrics" VALUES(17,'train_loss',2.44221159815788269042e+00);
INSERT INTO "metrics" VALUES(18,'backward_growth',1.36557451475772406723e+00);
INSERT INTO "metrics" VALUES(18,'final_accuracy',0.087890625);
INSERT INTO "metrics" VALUES(18,'first_epoch_accuracy',0.087890625);
INSERT INTO "metrics" VALUES(18,'forward_growth',1.51655114116707223637e+00);
INSERT INTO "metrics" VALUES(18,'grad_norm_ratio',1.11551169719684595271e+00);
INSERT INTO "metrics" VALUES(18,'images_per_second',5.54915824797493860377e+03);
INSERT INTO "metrics" VALUES(18,'initial_loss',2.4648685455322265625e+00);
INSERT INTO "metrics" VALUES(18,'largest_gradient',1.24277941882610321044e-01);
INSERT INTO "metrics" VALUES(18,'last_input_similarity',1.99252945391284380649e-01);
INSERT INTO "metrics" VALUES(18,'log10_backward_growth',1.35315403095422198687e-01);
INSERT INTO "metrics" VALUES(18,'log10_forward_growth',1.8085706018058592126e-01);
INSERT INTO "metrics" VALUES(18,'log10_grad_norm_ratio',4.74741286327739486772e-02);
INSERT INTO "metrics" VALUES(18,'peak_memory',919531520.0);
INSERT INTO "metrics" VALUES(18,'seconds',6.70861880000188648409e-02);
INSERT INTO "metrics" VALUES(18,'test_loss',2.45854540076106786727e+00);
INSERT INTO "metrics" VALUES(18,'train_loss',2.4633809030056);
INSERT INTO "metrics" VALUES(19,'backward_growth',1.34567647062688067194e+00);
INSERT INTO "metrics" VALUES(19,'final_accuracy',0.10546875);
INSERT INTO "metrics" VALUES(19,'first_epoch_accuracy',0.10546875);
INSERT INTO "metrics" VALUES(19,'forward_growth',1.63194396375155559297e+00);
INSERT INTO "metrics" VALUES(19,'grad_norm_ratio',7.21549709940700889632e-01);
INSERT INTO "metrics" VALUES(19,'images_per_second',5.64548663852438494361e+03);
INSERT INTO "metrics" VALUES(19,'initial_loss',2.85035467147827148437e+00);
INSERT INTO "metrics" VALUES(19,'largest_gradient',2.92839527130126953125e-01);
INSERT INTO "metrics" VALUES(19,'last_input_similarity',1.47988075118212880632e-01);
INSERT INTO "metrics" VALUES(19,'log10_backward_growth',1.28940658765691468223e-01);
INSERT INTO "metrics" VALUES(19,'log10_forward_growth',2.12705242254056070549e-01);
INSERT INTO "metrics" VALUES(19,'log10_grad_norm_ratio',-1.41733743559724872929e-01);
INSERT INTO "metrics" VALUES(19,'peak_memory',919531520.0);
INSERT INTO "metrics" VALUES(19,'seconds',6.63732820000291212636e-02);
INSERT INTO "metrics" VALUES(19,'test_loss',2.86628704890608787536e+00);
INSERT INTO "metrics" VALUES(19,'train_loss',2.84481495618820190429e+00);
INSERT INTO "metrics" VALUES(20,'backward_growth',1.60884269623874898158e+00);
INSERT INTO "metrics" VALUES(20,'final_accuracy',0.091796875);
INSERT INTO "metrics" VALUES(20,'first_epoch_accuracy',0.091796875);
INSERT INTO "metrics" VALUES(20,'forward_growth',1.70729962095365528362e+00);
INSERT INTO "metrics" VALUES(20,'grad_norm_ratio',7.79371436435224218541e-01);
INSERT INTO "metrics" VALUES(20,'images_per_second',4.43326968012466295478e+03);
INSERT INTO "metrics" VALUES(20,'initial_loss',2.5618076324462890625e+00);
INSERT INTO "metrics" VALUES(20,'largest_gradient',1.7218525707721710205e-01);
INSERT INTO "metrics" VALUES(20,'last_input_similarity',2.05620455034105281688e-01);
INSERT INTO "metrics" VALUES(20,'log10_backward_growth',2.06513583256783761488e-01);
INSERT INTO "metrics" VALUES(20,'log10_forward_growth',2.32309743908052923622e-01);
INSERT INTO "metrics" VALUES(20,'log10_grad_norm_ratio',-1.0825551492244223084e-01);
INSERT INTO "metrics" VALUES(20,'peak_memory',937615360.0);
INSERT INTO "metrics" VALUES(20,'seconds',3.56948456200001373872e+00);
INSERT INTO "metrics" VALUES(20,'test_loss',2.48192646447569131851e+00);
INSERT INTO "metrics" VALUES(20,'train_loss',2.5446993410587310791e+00);
INSERT INTO "metrics" VALUES(21,'backward_growth',3.37592175658512072544e+00);
INSERT INTO "metrics" VALUES(21,'final_accuracy',0.09765625);
INSERT INTO "metrics" VALUES(21,'first_epoch_accuracy',0.09765625);
INSERT INTO "metrics" VALUES(21,'forward_growth',3.84563545547486951292e+00);
INSERT INTO "metrics" VALUES(21,'grad_norm_ratio',6.33666775206478183335e-01);
INSERT INTO "metrics" VALUES(21,'images_per_second',5.55302668695575084691e+03);
INSERT INTO "metrics" VALUES(21,'initial_loss',2.991397857666015625e+00);
INSERT INTO "metrics" VALUES(21,'largest_gradient',4.10146117210388183593e-01);
INSERT INTO "metrics" VALUES(21,'last_input_similarity',3.59878466997929413739e-01);
INSERT INTO "metrics" VALUES(21,'log10_backward_growth',5.28392372468692084197e-01);
INSERT INTO "metrics" VALUES(21,'log10_forward_growth',5.84968113189163863019e-01);
INSERT INTO "metrics" VALUES(21,'log10_grad_norm_ratio',-1.9813906346457621499e-01);
INSERT INTO "metrics" VALUES(21,'peak_memory',937619456.0);
INSERT INTO "metrics" VALUES(21,'seconds',6.77771569999663370253e-02);
INSERT INTO "metrics" VALUES(21,'test_loss',2.88838039897382259368e+00);
INSERT INTO "metrics" VALUES(21,'train_loss',2.96067509055137634277e+00);
INSERT INTO "metrics" VALUES(22,'backward_growth',1.1393686127993538637e+00);
INSERT INTO "metrics" VALUES(22,'final_accuracy',0.080078125);
INSERT INTO "metrics" VALUES(22,'first_epoch_accuracy',0.080078125);
INSERT INTO "metrics" VALUES(22,'forward_growth',1.14282159797629701003e+00);
INSERT INTO "metrics" VALUES(22,'grad_norm_ratio',8.34666557840322176353e-01);
INSERT INTO "metrics" VALUES(22,'images_per_second',5.1082321655562936938e+03);
INSERT INTO "metrics" VALUES(22,'initial_loss',2.38639545440673828125e+00);
INSERT INTO "metrics" VALUES(22,'largest_gradient',1.64025261998176574707e-01);
INSERT INTO "metrics" VALUES(22,'last_input_similarity',6.83059242183722825636e-02);
INSERT INTO "metrics" VALUES(22,'log10_backward_growth',5.6664251389049888341e-02);
INSERT INTO "metrics" VALUES(22,'log10_forward_growth',5.79784394402216296526e-02);
INSERT INTO "metrics" VALUES(22,'log10_grad_norm_ratio',-7.84869868058917508069e-02);
INSERT INTO "metrics" VALUES(22,'peak_memory',945811456.0);
INSERT INTO "metrics" VALUES(22,'seconds',0.0719285270000114);
INSERT INTO "metrics" VALUES(22,'test_loss',2.32176175247877836227e+00);
INSERT INTO "metrics" VALUES(22,'train_loss',2.37575203180313110351e+00);
INSERT INTO "metrics" VALUES(23,'backward_growth',6.86565673390027941813e-01);
INSERT INTO "metrics" VALUES(23,'forward_growth',6.22563960463235810394e-01);
INSERT INTO "metrics" VALUES(23,'grad_norm_ratio',1.00680666175026822806e+00);
INSERT INTO "metrics" VALUES(23,'initial_loss',2.50233030319213867187e+00);
INSERT INTO "metrics" VALUES(23,'largest_gradient',1.89729452133178710937e-01);
INSERT INTO "metrics" VALUES(23,'last_input_similarity',3.57363009028252076593e-01);
INSERT INTO "metrics" VALUES(23,'log10_backward_growth',-1.63317914032851507766e-01);
INSERT INTO "metrics" VALUES(23,'log10_forward_growth',-2.05816023751431820265e-01);
INSERT INTO "metrics" VALUES(23,'log10_grad_norm_ratio',2.946080487578245366e-03);
INSERT INTO "metrics" VALUES(23,'peak_memory',877412352.0);
INSERT INTO "metrics" VALUES(23,'seconds',1.7391529430000218781e+00);
CREATE TABLE profiles (
	run_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	"values" BLOB NOT NULL, 
	PRIMARY KEY (run_id, name), 
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
INSERT INTO "profiles" VALUES(1,'grad_norm',X'CFBF41C2059DE93FE8F8A1E6BA72F43F');
INSERT INTO "profiles" VALUES(1,'grad_weight_ratio',X'90C275DD1C62D13F3F969F472F4CDD3F');
INSERT INTO "profiles" VALUES(1,'log10_grad_norm',X'BC83C91A3CC0B8BF46891EB8D545BB3F');
INSERT INTO "profiles" VALUES(1,'input_similarity',X'6E532029E4A6463F35B194FBF4D0C53F93FD104D586AD73F');
INSERT INTO "profiles" VALUES(1,'forward_mean',X'702688630CAD66BF8479695D8EF5E73FC85B0F87570EF83F');
INSERT INTO "profiles" VALUES(1,'forward_second_moment',X'B8C6D5639427FC3F56F816E74E970C40DC39B42C1D711C40');
INSERT INTO "profiles" VALUES(1,'forward_variance',X'4E5B095B8C27FC3F5F21E9A9381B0840FFE9A55058661340');
INSERT INTO "profiles" VALUES(1,'forward_channel_variance',X'BC16B07DC825FC3FF11978C95519084019A62C019E111340');
INSERT INTO "profiles" VALUES(1,'backward_second_moment',X'179EDE96324B0C40A03DCE30D0D3FC3F000000000000F03F');
INSERT INTO "profiles" VALUES(1,'backward_second_moment_dc_free',X'EBDD904E20BC0C409E7E4C65F40CFC3F000000000000F03F');
INSERT INTO "profiles" VALUES(1,'log10_forward_second_moment',X'5CE308E33B6ACF3F5871F3D452B3E13F28737953BF42EB3F');
INSERT INTO "profiles" VALUES(1,'log10_backward_second_moment',X'D0C24F63228EE13F723B2565265DD03F0000000000000000');
INSERT INTO "profiles" VALUES(2,'grad_norm',X'E0599DB6F45AE33FBCA8647F0D7AE83F');
INSERT INTO "profiles" VALUES(2,'grad_weight_ratio',X'7C5CF9E0A545DA3FA9C4521EEB88E13F');
INSERT INTO "profiles" VALUES(2,'log10_grad_norm',X'F081B3CEE5F2CBBF28667A221FCCBDBF');
INSERT INTO "profiles" VALUES(2,'input_similarity',X'6E532029E4A6463F7689A5BFF55DB13F23F0AF70862AC83F');
INSERT INTO "profiles" VALUES(2,'forward_mean',X'702688630CAD66BF176B3051E1DED73FF16C2053256BE63F');
INSERT INTO "profiles" VALUES(2,'forward_second_moment',X'B8C6D5639427FC3F98CDE259407001402460330CA1A70640');
INSERT INTO "profiles" VALUES(2,'forward_variance',X'4E5B095B8C27FC3F14E4CF1559530040365E2E8772BA0240');
INSERT INTO "profiles" VALUES(2,'forward_channel_variance',X'BC16B07DC825FC3F5AE855257C520040802552D065B00240');
INSERT INTO "profiles" VALUES(2,'backward_second_moment',X'2CC51FACF273F83F2A9C83BBB7D5F33F000000000000F03F');
INSERT INTO "profiles" VALUES(2,'backward_second_moment_dc_free',X'026FB1CBB322F93F5C26219D0ED7F33F000000000000F03F');
INSERT INTO "profiles" VALUES(2,'log10_forward_second_moment',X'5CE308E33B6ACF3FEEC1C7DBA6A8D53F36058421B8EEDC3F');
INSERT INTO "profiles" VALUES(2,'log10_backward_second_moment',X'E291BAF73794C73F7EB49E9D12E3B73F0000000000000000');
INSERT INTO "profiles" VALUES(3,'grad_norm',X'429D8703D443CB3FE71A98E89175D23F');
INSERT INTO "profiles" VALUES(3,'grad_weight_ratio',X'7FB247E20F81B23FD6741E60AC72BA3F');
INSERT INTO "profiles" VALUES(3,'log10_grad_norm',X'9F8EEB31CA7DE5BF9F33B23C6647E1BF');
INSERT INTO "profiles" VALUES(3,'input_similarity',X'6E532029E4A6463FF4B685D9BCD9B13F57F4AD21D973CB3F');
INSERT INTO "profiles" VALUES(3,'forward_mean',X'702688630CAD66BFA17069848051D83FF5D70B26FC8CE83F');
INSERT INTO "profiles" VALUES(3,'forward_second_moment',X'B8C6D5639427FC3FCF4CB653A2A301403448230F02ED0740');
INSERT INTO "profiles" VALUES(3,'forward_variance',X'4E5B095B8C27FC3F8C42024EF17B004076E75A3788370340');
INSERT INTO "profiles" VALUES(3,'forward_channel_variance',X'BC16B07DC825FC3FF8C78EE4DD7A0040158834500C370340');
INSERT INTO "profiles" VALUES(3,'backward_second_moment',X'04538F12E165F93F9532B458918FF43F000000000000F03F');
INSERT INTO "profiles" VALUES(3,'backward_second_moment_dc_free',X'803354FE315DF93FA6DC35EC338FF43F000000000000F03F');
INSERT INTO "profiles" VALUES(3,'log10_forward_second_moment',X'5CE308E33B6ACF3F659075FA14FAD53FCE2D8C292073DE3F');
INSERT INTO "profiles" VALUES(3,'log10_backward_second_moment',X'A0BDAE06D9AFC93F7D473BE632E2BB3F0000000000000000');
INSERT INTO "profiles" VALUES(4,'grad_norm',X'80F0783BD25AF63FDB025E842DC7F93F');
INSERT INTO "profiles" VALUES(4,'grad_weight_ratio',X'46A36A76BFF0DF3F5EE577787089E03F');
INSERT INTO "profiles" VALUES(4,'log10_grad_norm',X'5207A53F8F97C23F6514FA613B83CA3F');
INSERT INTO "profiles" VALUES(4,'input_similarity',X'45195A4A7AB85D3F8C7A9CCFF02FC73F7ED36FCE251FDC3F');
INSERT INTO "profiles" VALUES(4,'forward_mean',X'9087824421C6423F06F4DBCF312DE73FACB125332DDDFA3F');
INSERT INTO "profiles" VALUES(4,'forward_second_moment',X'766B6AFD1A3CFF3FA0223E38D6E40A407AC54DCB0D312040');
INSERT INTO "profiles" VALUES(4,'forward_variance',X'2FEA4CA51A3CFF3FD08D715C88B2064030C2C3806A1B1540');
INSERT INTO "profiles" VALUES(4,'forward_channel_variance',X'19052A728137FF3F54287C5B2384064071380AF5C7C51340');
INSERT INTO "profiles" VALUES(4,'backward_second_moment',X'6D039BA6C2AF0E408642B4AC0E3CFF3F000000000000F03F');
INSERT INTO "profiles" VALUES(4,'backward_second_moment_dc_free',X'F4069A55550F0F40D061DA236DF2FF3F000000000000F03F');
INSERT INTO "profiles" VALUES(4,'log10_forward_second_moment',X'761B852CDB97D23F6ED5811C9CD9E03FE75665BC7710ED3F');
INSERT INTO "profiles" VALUES(4,'log10_backward_second_moment',X'C7082A8CF7AEE23F216F0337D097D23F0000000000000000');
INSERT INTO "profiles" VALUES(5,'grad_norm',X'90BC829010EEEC3F2D593D95D7D6ED3F');
INSERT INTO "profiles" VALUES(5,'grad_weight_ratio',X'3EF5E55AE1AAE43F41D044FF6424E33F');
INSERT INTO "profiles" VALUES(5,'log10_grad_norm',X'8660130C466DA6BFA0E7F1CE52179FBF');
INSERT INTO "profiles" VALUES(5,'input_similarity',X'45195A4A7AB85D3F9EEFCB39532AB23F4FD2D62894B8CC3F');
INSERT INTO "profiles" VALUES(5,'forward_mean',X'9087824421C6423F1D482558E331D73FD445F07D5193E83F');
INSERT INTO "profiles" VALUES(5,'forward_second_moment',X'766B6AFD1A3CFF3F86B8F7671BA601403AA6435CE7E70740');
INSERT INTO "profiles" VALUES(5,'forward_variance',X'2FEA4CA51A3CFF3F308DA31E1B9900404A66A83FFF2F0340');
INSERT INTO "profiles" VALUES(5,'forward_channel_variance',X'19052A728137FF3FA7F955E9668900407F2E41DCC7150340');
INSERT INTO "profiles" VALUES(5,'backward_second_moment',X'76BFDDD1070AF83F079B97621DA3F33F000000000000F03F');
INSERT INTO "profiles" VALUES(5,'backward_second_moment_dc_free',X'FE078258279CF73FF23C5DFD6E12F43F000000000000F03F');
INSERT INTO "profiles" VALUES(5,'log10_forward_second_moment',X'761B852CDB97D23F67018C46FAFDD53FB6A36286316DDE3F');
INSERT INTO "profiles" VALUES(5,'log10_backward_second_moment',X'3064E05F5FA1C63F110F8EE701C6B63F0000000000000000');
INSERT INTO "profiles" VALUES(6,'grad_norm',X'6EC1674A7993D23F3EF938D81D2DCC3F');
INSERT INTO "profiles" VALUES(6,'grad_weight_ratio',X'53BCE9E89A8ABA3FA3100B8B4913B23F');
INSERT INTO "profiles" VALUES(6,'log10_grad_norm',X'7D6A5DE3F430E1BFDF511F99D208E5BF');
INSERT INTO "profiles" VALUES(6,'input_similarity',X'45195A4A7AB85D3F8490AA5F46A4B33F8C80359718F7CC3F');
INSERT INTO "profiles" VALUES(6,'forward_mean',X'9087824421C6423F4170E72FCAC0D83F7598226626A5E83F');
INSERT INTO "profiles" VALUES(6,'forward_second_moment',X'766B6AFD1A3CFF3F72824BB375A60140E097702D5F370740');
INSERT INTO "profiles" VALUES(6,'forward_variance',X'2FEA4CA51A3CFF3F870ADA261A7400408DC818B29B780240');
INSERT INTO "profiles" VALUES(6,'forward_channel_variance',X'19052A728137FF3F181734D297710040E866514A0D760240');
INSERT INTO "profiles" VALUES(6,'backward_second_moment',X'D8AC683FC309F83F1DDBD81571AAF33F000000000000F03F');
INSERT INTO "profiles" VALUES(6,'backward_second_moment_dc_free',X'CA4AA70AA883F73FEC19A1332B6CF43F000000000000F03F');
INSERT INTO "profiles" VALUES(6,'log10_forward_second_moment',X'761B852CDB97D23FF5D2037988FED53F033245D1EC9CDD3F');
INSERT INTO "profiles" VALUES(6,'log10_backward_second_moment',X'B568FACCC0A0C63FA33A57CA75EFB63F0000000000000000');
INSERT INTO "profiles" VALUES(7,'grad_norm',X'21A0722E8B3F104014AFDF458F6E1340');
INSERT INTO "profiles" VALUES(7,'grad_weight_ratio',X'294F183EDFF3F73F38C7F7C6E7A8FA3F');
INSERT INTO "profiles" VALUES(7,'log10_grad_norm',X'57658054D87AE33FD9B1E7D16FF7E53F');
INSERT INTO "profiles" VALUES(7,'input_similarity',X'5DFB111377B4603FAE640207AA09C53F9F2FC61A9F07D83F');
INSERT INTO "profiles" VALUES(7,'forward_mean',X'407AAE3E6D26753F1B0845CF152BE93F5E60D9F333050140');
INSERT INTO "profiles" VALUES(7,'forward_second_moment',X'1B97DD17EE360540E66B212734501140CB20F1A8C8A82C40');
INSERT INTO "profiles" VALUES(7,'forward_variance',X'EC0F401DE0360540EEE6A04885AD0D40F29D499D409B2340');
INSERT INTO "profiles" VALUES(7,'forward_channel_variance',X'5A843D88BB360540B249B08819710D407CD59CEA1DFE2240');
INSERT INTO "profiles" VALUES(7,'backward_second_moment',X'CD0E1D545B8A1140A81FC01CDFE00140000000000000F03F');
INSERT INTO "profiles" VALUES(7,'backward_second_moment_dc_free',X'3BA7B3015C6D1140FD30983595F20140000000000000F03F');
INSERT INTO "profiles" VALUES(7,'log10_forward_second_moment',X'596F075F591BDB3F22498540BB5CE43F628A0F12F17FF23F');
INSERT INTO "profiles" VALUES(7,'log10_backward_second_moment',X'9FC9C9811B8BE43F891F1192ED59D63F0000000000000000');
INSERT INTO "profiles" VALUES(8,'grad_norm',X'206D868C42CDEE3FC43CA90A6A6AF63F');
INSERT INTO "profiles" VALUES(8,'grad_weight_ratio',X'9B02DED2F9B9D43F9988135BB09FDE3F');
INSERT INTO "profiles" VALUES(8,'log10_grad_norm',X'3130A17DC1F890BFA7EE8B3248BEC23F');
INSERT INTO "profiles" VALUES(8,'input_similarity',X'76D9D13A6AA65B3F457FDDBC68F6C73FDF7745993FFBDD3F');
INSERT INTO "profiles" VALUES(8,'forward_mean',X'9F35E48DC6E8863F224B2FC5BE25E53FBC1FEBB74CC1FB3F');
INSERT INTO "profiles" VALUES(8,'forward_second_moment',X'4A88067773D9F53FAED8F852AE7C0440C65BAA0AB1C71E40');
INSERT INTO "profiles" VALUES(8,'forward_variance',X'B0509441F0D8F53F1B02DF9840FE004009C06A7C50BE1240');
INSERT INTO "profiles" VALUES(8,'forward_channel_variance',X'869067B070D6F53F50FC5BFC83F20040EC4242AD8C071240');
INSERT INTO "profiles" VALUES(8,'backward_second_moment',X'03303519C1BC1140D793BD0C009E0040000000000000F03F');
INSERT INTO "profiles" VALUES(8,'backward_second_moment_dc_free',X'259BF91A96551140E13A43D7EA17FF3F000000000000F03F');
INSERT INTO "profiles" VALUES(8,'log10_forward_second_moment',X'D75AB8882952C13FA4B89B200C23DA3F86159B86D35BEC3F');
INSERT INTO "profiles" VALUES(8,'log10_backward_second_moment',X'E83BA0BAD0B2E43FEA7B896D6351D43F0000000000000000');
INSERT INTO "profiles" VALUES(9,'grad_norm',X'8B63A0E9AB45E83FFD162787B266EE3F');
INSERT INTO "profiles" VALUES(9,'grad_weight_ratio',X'66B7F0F1CAD9D13FCF78CE5EF68FD43F');
INSERT INTO "profiles" VALUES(9,'log10_grad_norm',X'AAD357B80CBBBEBF02EF1BE645CB96BF');
INSERT INTO "profiles" VALUES(9,'input_similarity',X'4962EB69392E573F7CB71B78F984C23F5F99E5C3D30DD83F');
INSERT INTO "profiles" VALUES(9,'forward_mean',X'842DF3DF923D913FCECA4A8B61B9E13F8C3AE4387753F73F');
INSERT INTO "profiles" VALUES(9,'forward_second_moment',X'E44B168B01E4F63F9A4E09C8F5FA01400C037E2CB9231940');
INSERT INTO "profiles" VALUES(9,'forward_variance',X'9A3AC54ED8E2F63FA8ED90C5560DFF3F3C5180A14EA31040');
INSERT INTO "profiles" VALUES(9,'forward_channel_variance',X'18D665AE8BE1F63F6231B68B43FEFE3FDE3EB3E4C64E1040');
INSERT INTO "profiles" VALUES(9,'backward_second_moment',X'163D974C16E41040589743F26CC30140000000000000F03F');
INSERT INTO "profiles" VALUES(9,'backward_second_moment_dc_free',X'7D76888A879311404B0E5A993C850240000000000000F03F');
INSERT INTO "profiles" VALUES(9,'log10_forward_second_moment',X'1E594046ACE8C33FC4C50C275F82D63F6A423202A78BE93F');
INSERT INTO "profiles" VALUES(9,'log10_backward_second_moment',X'5FDD96B5DE04E43F4A65DD6B002CD63F0000000000000000');
INSERT INTO "profiles" VALUES(10,'grad_norm',X'76846E142A0AE73F18179C163588ED3F');
INSERT INTO "profiles" VALUES(10,'grad_weight_ratio',X'D73844C105E5D13FCAF0B35ECC0DD63F');
INSERT INTO "profiles" VALUES(10,'log10_grad_norm',X'73352B791C43C2BFC727352DADD8A1BF');
INSERT INTO "profiles" VALUES(10,'input_similarity',X'35EDA887BE94553F375D1D577088C53FD1D74B2317B6DD3F');
INSERT INTO "profiles" VALUES(10,'forward_mean',X'BBAE1A8694428BBF700512FACED4E13F6CBB66517C89F63F');
INSERT INTO "profiles" VALUES(10,'forward_second_moment',X'DDDBD97147C5F63F5EDD7AE6AE3B0140A53E879899301740');
INSERT INTO "profiles" VALUES(10,'forward_variance',X'A18EB0AA8DC4F63FCF12463A8C7FFD3F4644C58ED9810E40');
INSERT INTO "profiles" VALUES(10,'forward_channel_variance',X'C2BA59D667C3F63F074ECD91A44AFD3FEC73D8608B9B0B40');
INSERT INTO "profiles" VALUES(10,'backward_second_moment',X'D3020C7A71B409407EEDCBE6373E0040000000000000F03F');
INSERT INTO "profiles" VALUES(10,'backward_second_moment_dc_free',X'F877A3F6CBE20740B7F009BA37D5FF3F000000000000F03F');
INSERT INTO "profiles" VALUES(10,'log10_forward_second_moment',X'436AC147DB9DC33F81E34D025E54D53F429DD0BD716CE83F');
INSERT INTO "profiles" VALUES(10,'log10_backward_second_moment',X'FE8BD730BB38E03FB595F9DD58AFD33F0000000000000000');
INSERT INTO "profiles" VALUES(11,'grad_norm',X'DF5DE798A5C3FC3F02F0413CE5A40C40');
INSERT INTO "profiles" VALUES(11,'grad_weight_ratio',X'EC27D3472BDFE43F50FFF61B3516F63F');
INSERT INTO "profiles" VALUES(11,'log10_grad_norm',X'F08A7EA98B4DD03F8E40A9FFEBB9E13F');
INSERT INTO "profiles" VALUES(11,'input_similarity',X'7A922692EF3E563F3F483AAAD72BC23F70C4A59B112BD43F');
INSERT INTO "profiles" VALUES(11,'forward_mean',X'7871851F602C69BF86939AF87732E93FFF4C05AC2C91F73F');
INSERT INTO "profiles" VALUES(11,'forward_second_moment',X'E32A9A2F22260140970435854F871240FF57D05F75101E40');
INSERT INTO "profiles" VALUES(11,'forward_variance',X'353C353C1D260140547E91236A0C10404DE2A1F5D3621540');
INSERT INTO "profiles" VALUES(11,'forward_channel_variance',X'1A5FA2AB06250140CC567F6755FC0F40B03882B2EB081540');
INSERT INTO "profiles" VALUES(11,'backward_second_moment',X'359DCBE80E240740F6060E225325FB3F000000000000F03F');
INSERT INTO "profiles" VALUES(11,'backward_second_moment_dc_free',X'84FB597B87520740C272F03B00ECF93F000000000000F03F');
INSERT INTO "profiles" VALUES(11,'log10_forward_second_moment',X'B667AF738631D53F7CD6FC3B154EE53F61E99E391E08EC3F');
INSERT INTO "profiles" VALUES(11,'log10_backward_second_moment',X'A66C75D6C385DD3F0AB616EDF662CD3F0000000000000000');
INSERT INTO "profiles" VALUES(12,'grad_norm',X'D570A7BBA53BF43F0AC8CE7396010340');
INSERT INTO "profiles" VALUES(12,'grad_weight_ratio',X'DE566B13EE1ADC3FA35051681E01ED3F');
INSERT INTO "profiles" VALUES(12,'log10_grad_norm',X'ECB8CA8FC118BA3FA9EE3AE5310DD83F');
INSERT INTO "profiles" VALUES(12,'input_similarity',X'5571DF67ED6B5F3F8E7DDB0DF9EAC63F8CCB5D5C4A05DC3F');
INSERT INTO "profiles" VALUES(12,'forward_mean',X'E4130A453E3F903F9180920DDD95E43F249041AFC0C4F63F');
INSERT INTO "profiles" VALUES(12,'forward_second_moment',X'B14025B39961F43F708F2A6ED65E04409C7E0D205D2F1540');
INSERT INTO "profiles" VALUES(12,'forward_variance',X'4EEABCBB9160F43F506DCBE3510F01400EB93592772B0A40');
INSERT INTO "profiles" VALUES(12,'forward_channel_variance',X'36E29413A15DF43F78F52253ECF900406F2B71E49A3F0940');
INSERT INTO "profiles" VALUES(12,'backward_second_moment',X'7E115E3C3B050B4017AC24558739FB3F000000000000F03F');
INSERT INTO "profiles" VALUES(12,'backward_second_moment_dc_free',X'48D3417A17A60A40B70D7EC3456AFC3F000000000000F03F');
INSERT INTO "profiles" VALUES(12,'log10_forward_second_moment',X'2BB2A9B38BE8BA3F0266FC7271FAD93F1EC79A92C02AE73F');
INSERT INTO "profiles" VALUES(12,'log10_backward_second_moment',X'27BB6D7A4FEAE03F8882174A478CCD3F0000000000000000');
INSERT INTO "profiles" VALUES(13,'grad_norm',X'554E0697971AF53F18BA6C936F80F63F');
INSERT INTO "profiles" VALUES(13,'grad_weight_ratio',X'64BFEDC6DE9DDB3FE1E8B20886F4DE3F');
INSERT INTO "profiles" VALUES(13,'log10_grad_norm',X'7D0860F331C8BE3FEB256A39CAF4C23F');
INSERT INTO "profiles" VALUES(13,'input_similarity',X'AF13156CD1B1583F497D8C80F3D9CA3F7224D8170EC2D93F');
INSERT INTO "profiles" VALUES(13,'forward_mean',X'C0C2B6303D9133BFB994E7A3D6F4EA3F351A6FEF4159FD3F');
INSERT INTO "profiles" VALUES(13,'forward_second_moment',X'4C1C2FA3D2810040ABED032B2B540F40293A716B03C72340');
INSERT INTO "profiles" VALUES(13,'forward_variance',X'6F103897D28100407809B5A4DFA60940B8E93F9AA6181A40');
INSERT INTO "profiles" VALUES(13,'forward_channel_variance',X'88224A242A800040D24BAF2A524A094037C18DD38E911940');
INSERT INTO "profiles" VALUES(13,'backward_second_moment',X'02A4E691977A10408EFB259C8A950140000000000000F03F');
INSERT INTO "profiles" VALUES(13,'backward_second_moment_dc_free',X'BD22019AFA8C104063A3F9FB37E00140000000000000F03F');
INSERT INTO "profiles" VALUES(13,'log10_forward_second_moment',X'1ED9FDBA1922D43F8CFA8D00A8F8E23F2CA0C2FA2DD8EF3F');
INSERT INTO "profiles" VALUES(13,'log10_backward_second_moment',X'0A04EAC3FEACE33F8C31AB40D7E3D53F0000000000000000');
INSERT INTO "profiles" VALUES(14,'grad_norm',X'6AAA6E3E427B094041677C73A66D1140');
INSERT INTO "profiles" VALUES(14,'grad_weight_ratio',X'47F48C2743C1EF3FD3B297482967F83F');
INSERT INTO "profiles" VALUES(14,'log10_grad_norm',X'1B19A7D8AD19E03F4220EE3F4A74E43F');
INSERT INTO "profiles" VALUES(14,'input_similarity',X'92442F775A725F3F3228482FBC93CA3FF254ABEFE68BE03F');
INSERT INTO "profiles" VALUES(14,'forward_mean',X'48D60EE28E048C3F6EAD1CC499C0EF3F790AA0C90E810340');
INSERT INTO "profiles" VALUES(14,'forward_second_moment',X'47A4411C0DB4004086E260173D1415405B4C8935F7C43040');
INSERT INTO "profiles" VALUES(14,'forward_variance',X'05DD56FCAAB300408169DFF206241140901C645CA4A62540');
INSERT INTO "profiles" VALUES(14,'forward_channel_variance',X'BEFDDA91BEB2004030A93027180E1140F209A75A06D82140');
INSERT INTO "profiles" VALUES(14,'backward_second_moment',X'71EC93EC8599144043807FD5028F0040000000000000F03F');
INSERT INTO "profiles" VALUES(14,'backward_second_moment_dc_free',X'6E8A56F24D421540CF321E4ECC450140000000000000F03F');
INSERT INTO "profiles" VALUES(14,'log10_forward_second_moment',X'471263492D76D43F5F39C5D6E918E73FC8CFDF9B9F97F33F');
INSERT INTO "profiles" VALUES(14,'log10_backward_second_moment',X'DCB70FAE12C7E63F0AC4FBBF4538D43F0000000000000000');
INSERT INTO "profiles" VALUES(15,'grad_norm',X'F91208F4F81600400BD8609BF1D7FC3F');
INSERT INTO "profiles" VALUES(15,'grad_weight_ratio',X'913BC52E10B8F73FAD552F7B3EC9F33F');
INSERT INTO "profiles" VALUES(15,'log10_grad_norm',X'96B1E508DF6BD33F12A8BCA62161D03F');
INSERT INTO "profiles" VALUES(15,'input_similarity',X'5DFB111377B4603F86A5B41D4954AF3F1AE3D1E63C6BC93F');
INSERT INTO "profiles" VALUES(15,'forward_mean',X'407AAE3E6D26753F264591A96255D93FD8C1A565C5E2ED3F');
INSERT INTO "profiles" VALUES(15,'forward_second_moment',X'1B97DD17EE3605401A8B8965E1CB074040624A1ADCD11340');
INSERT INTO "profiles" VALUES(15,'forward_variance',X'EC0F401DE0360540FC0AA585FC8A064011262380B2541040');
INSERT INTO "profiles" VALUES(15,'forward_channel_variance',X'5A843D88BB360540894158C3967B0640DA5CFBFCDB3C1040');
INSERT INTO "profiles" VALUES(15,'backward_second_moment',X'6A83C4FCD3C6F93FBA50999A5736F53F000000000000F03F');
INSERT INTO "profiles" VALUES(15,'backward_second_moment_dc_free',X'1052723FB743FA3FF89EDA752892F53F000000000000F03F');
INSERT INTO "profiles" VALUES(15,'log10_forward_second_moment',X'596F075F591BDB3FEA6A125B894CDE3FD19F8763C13DE63F');
INSERT INTO "profiles" VALUES(15,'log10_backward_second_moment',X'97F81F4F7A82CA3FA09BFD82035ABF3F0000000000000000');
INSERT INTO "profiles" VALUES(16,'grad_norm',X'CFEB7C579EE5E13FAA0DAA0B8077E23F');
INSERT INTO "profiles" VALUES(16,'grad_weight_ratio',X'0F942E94EC15D83F7E77C0FA993AD93F');
INSERT INTO "profiles" VALUES(16,'log10_grad_norm',X'E235F1C4D826D0BF1668D789A28FCEBF');
INSERT INTO "profiles" VALUES(16,'input_similarity',X'76D9D13A6AA65B3F7AFC979ECF27B43F63E5F8B08BCBD03F');
INSERT INTO "profiles" VALUES(16,'forward_mean',X'9F35E48DC6E8863FD5594BDF6181D53F54D591670942E83F');
INSERT INTO "profiles" VALUES(16,'forward_second_moment',X'4A88067773D9F53F1E7CE59C16E2F93F84172A98A3970440');
INSERT INTO "profiles" VALUES(16,'forward_variance',X'B0509441F0D8F53F77AA7A2A9B13F83F78D03FFF7BFDFF3F');
INSERT INTO "profiles" VALUES(16,'forward_channel_variance',X'869067B070D6F53F20AC759F9D09F83F3C6537B7BBA8FF3F');
INSERT INTO "profiles" VALUES(16,'backward_second_moment',X'E6FD88E3AD5BF93FE0E09F7530C5F33F000000000000F03F');
INSERT INTO "profiles" VALUES(16,'backward_second_moment_dc_free',X'5BB6B36B843AF93F4239C2175EE6F23F000000000000F03F');
INSERT INTO "profiles" VALUES(16,'log10_forward_second_moment',X'D75AB8882952C13F87112F5625BDCA3FECFFF8208747DA3F');
INSERT INTO "profiles" VALUES(16,'log10_backward_second_moment',X'4D7E21528199C93F501BA08C4686B73F0000000000000000');
INSERT INTO "profiles" VALUES(17,'grad_norm',X'4D5B385FB814DF3FB9FF85628E08E13F');
INSERT INTO "profiles" VALUES(17,'grad_weight_ratio',X'D885A70CB4DBD63F9AEBA4F7AC0AD73F');
INSERT INTO "profiles" VALUES(17,'log10_grad_norm',X'E9A0D4D36D13D4BFE8288EFFB986D1BF');
INSERT INTO "profiles" VALUES(17,'input_similarity',X'4962EB69392E573F576454FF286EAC3FFF33983CD66FC83F');
INSERT INTO "profiles" VALUES(17,'forward_mean',X'842DF3DF923D913F9CE047224E43D23F1A36112C31C6E43F');
INSERT INTO "profiles" VALUES(17,'forward_second_moment',X'E44B168B01E4F63FD4A4271753A3F93F8BA886401DF40240');
INSERT INTO "profiles" VALUES(17,'forward_variance',X'9A3AC54ED8E2F63FB6BE5768CA55F83F2E1D1C05F629FF3F');
INSERT INTO "profiles" VALUES(17,'forward_channel_variance',X'18D665AE8BE1F63F7E73D0794150F83F81F08CDBC218FF3F');
INSERT INTO "profiles" VALUES(17,'backward_second_moment',X'925942B089C4F93F0850557C6D11F53F000000000000F03F');
INSERT INTO "profiles" VALUES(17,'backward_second_moment_dc_free',X'4F6545460FCDFA3F73AAE5F2B9DCF53F000000000000F03F');
INSERT INTO "profiles" VALUES(17,'log10_forward_second_moment',X'1E594046ACE8C33F91895C5FB435CA3F1CDA81C176F9D73F');
INSERT INTO "profiles" VALUES(17,'log10_backward_second_moment',X'43B50DAF897DCA3F389804B7DF97BE3F0000000000000000');
INSERT INTO "profiles" VALUES(18,'grad_norm',X'D60538B01A42DC3F7CFD14800255D93F');
INSERT INTO "profiles" VALUES(18,'grad_weight_ratio',X'0AFC96E2A0F2D53FBC2BBF38DDEAD23F');
INSERT INTO "profiles" VALUES(18,'log10_grad_norm',X'3DA2A375E5B8D6BF6C331C63B6C2D9BF');
INSERT INTO "profiles" VALUES(18,'input_similarity',X'35EDA887BE94553FEC7EFCD65D0BAD3FB12A0BDA1E81C93F');
INSERT INTO "profiles" VALUES(18,'forward_mean',X'BBAE1A8694428BBF80E6FFA7C467D13F8E3318AAA03DE33F');
INSERT INTO "profiles" VALUES(18,'forward_second_moment',X'DDDBD97147C5F63F32D6F9F46FFDF73F597C092E33440140');
INSERT INTO "profiles" VALUES(18,'forward_variance',X'A18EB0AA8DC4F63FFB97D3C67DCEF63FB6073D9F93BFFC3F');
INSERT INTO "profiles" VALUES(18,'forward_channel_variance',X'C2BA59D667C3F63F9A2A0321E6C0F63F644CA1DFFD51FC3F');
INSERT INTO "profiles" VALUES(18,'backward_second_moment',X'FC2A92A964D9F53F6918FE727D14F43F000000000000F03F');
INSERT INTO "profiles" VALUES(18,'backward_second_moment_dc_free',X'7D86EA0C381BF53F723238DE3B13F43F000000000000F03F');
INSERT INTO "profiles" VALUES(18,'log10_forward_second_moment',X'436AC147DB9DC33F04BA13AD3884C63F2A318F211762D53F');
INSERT INTO "profiles" VALUES(18,'log10_backward_second_moment',X'7F4E78DF0352C13FB645F951C540B93F0000000000000000');
INSERT INTO "profiles" VALUES(19,'grad_norm',X'43920E0F1C53EC3F12D1AF83ADA0F33F');
INSERT INTO "profiles" VALUES(19,'grad_weight_ratio',X'C1C245A9828DE43F6254CCD5CC44EE3F');
INSERT INTO "profiles" VALUES(19,'log10_grad_norm',X'3B9F9D7AE920ABBF095405E434B8B63F');
INSERT INTO "profiles" VALUES(19,'input_similarity',X'7A922692EF3E563FBDECD13A8CF4AD3FE4546AF345F1C23F');
INSERT INTO "profiles" VALUES(19,'forward_mean',X'7871851F602C69BF1CF6A0984B19D93F7AC098C33835E63F');
INSERT INTO "profiles" VALUES(19,'forward_second_moment',X'E32A9A2F222601406EFF8F555BCD064068FA9AB173FC0B40');
INSERT INTO "profiles" VALUES(19,'forward_variance',X'353C353C1D2601404936BBB3619205406E51430D12220840');
INSERT INTO "profiles" VALUES(19,'forward_channel_variance',X'1A5FA2AB0625014013BC5AAFBC8A0540C6488678C70D0840');
INSERT INTO "profiles" VALUES(19,'backward_second_moment',X'306D050DE487F53F922B677335D0F23F000000000000F03F');
INSERT INTO "profiles" VALUES(19,'backward_second_moment_dc_free',X'9C6BDA0DA013F63F8C4FBFD9CE1EF23F000000000000F03F');
INSERT INTO "profiles" VALUES(19,'log10_forward_second_moment',X'B667AF738631D53F082BF05DDB1CDD3FB71B3D733E67E13F');
INSERT INTO "profiles" VALUES(19,'log10_backward_second_moment',X'D3FC42A42081C03F3CA9F3442702B23F0000000000000000');
INSERT INTO "profiles" VALUES(20,'grad_norm',X'87C4DCEC25ABE33FFB4D073C863CE93F');
INSERT INTO "profiles" VALUES(20,'grad_weight_ratio',X'B95D821E4FF3D83FDDBAC5B067E5E03F');
INSERT INTO "profiles" VALUES(20,'log10_grad_norm',X'9D5B2B966C0ECBBFBA9C22043766BABF');
INSERT INTO "profiles" VALUES(20,'input_similarity',X'6E532029E4A6463FD444182FC156B33FA34BE164C551CA3F');
INSERT INTO "profiles" VALUES(20,'forward_mean',X'702688630CAD66BFD703A2F5E38DD93FCB9DA3BF370EE83F');
INSERT INTO "profiles" VALUES(20,'forward_second_moment',X'B8C6D5639427FC3F299BD58F34F70140EA8E84BEBF080840');
INSERT INTO "profiles" VALUES(20,'forward_variance',X'4E5B095B8C27FC3FC8FF64FAB1B0004024005D4269830340');
INSERT INTO "profiles" VALUES(20,'forward_channel_variance',X'BC16B07DC825FC3F22E0D363CBAF0040206FD30526760340');
INSERT INTO "profiles" VALUES(20,'backward_second_moment',X'EE0FCCD6D1BDF93F1794592D414CF43F000000000000F03F');
INSERT INTO "profiles" VALUES(20,'backward_second_moment_dc_free',X'480E3E713B7AFA3FBD622AD96047F43F000000000000F03F');
INSERT INTO "profiles" VALUES(20,'log10_forward_second_moment',X'5CE308E33B6ACF3F81E95FA5907CD63F1896ACA14793DE3F');
INSERT INTO "profiles" VALUES(20,'log10_backward_second_moment',X'AA42227F096FCA3F5644E8ADDD73BA3F0000000000000000');
INSERT INTO "profiles" VALUES(21,'grad_norm',X'5027832EA62EE93F8A884F1FC8DEF33F');
INSERT INTO "profiles" VALUES(21,'grad_weight_ratio',X'8E7D0B96E18CD13FF92A61C53B3CDD3F');
INSERT INTO "profiles" VALUES(21,'log10_grad_norm',X'F15C707568A3BABFD6953368D515B83F');
INSERT INTO "profiles" VALUES(21,'input_similarity',X'6E532029E4A6463F963710932F3DC53F319B92B13F08D73F');
INSERT INTO "profiles" VALUES(21,'forward_mean',X'702688630CAD66BF547386465054E73F780756038A4FF73F');
INSERT INTO "profiles" VALUES(21,'forward_second_moment',X'B8C6D5639427FC3FE80D72B93ED00B40325E75536E111B40');
INSERT INTO "profiles" VALUES(21,'forward_variance',X'4E5B095B8C27FC3FB0D38A56BA8F07400EAE2D47E0931240');
INSERT INTO "profiles" VALUES(21,'forward_channel_variance',X'BC16B07DC825FC3F4DC2D1CEEB8D0740A91F9587C1471240');
INSERT INTO "profiles" VALUES(21,'backward_second_moment',X'8E1A1344E3010B40297E932A033DFC3F000000000000F03F');
INSERT INTO "profiles" VALUES(21,'backward_second_moment_dc_free',X'BFA61FB080710B40364CA1AA8181FB3F000000000000F03F');
INSERT INTO "profiles" VALUES(21,'log10_forward_second_moment',X'5CE308E33B6ACF3FC841B53B3951E13F606E2D059E92EA3F');
INSERT INTO "profiles" VALUES(21,'log10_backward_second_moment',X'2CAFE61E97E8E03FCB51BD247D94CF3F0000000000000000');
INSERT INTO "profiles" VALUES(22,'grad_norm',X'41938EAC7085E13F749AFF39EEFDE43F');
INSERT INTO "profiles" VALUES(22,'grad_weight_ratio',X'4ED266A19E0FE73F17994716032AED3F');
INSERT INTO "profiles" VALUES(22,'log10_grad_norm',X'1A213581CEBDD0BF3B2BAB71C06FC7BF');
INSERT INTO "profiles" VALUES(22,'input_similarity',X'6E532029E4A6463F0417C1D638AA953F2C16A43E7F7CB13F');
INSERT INTO "profiles" VALUES(22,'forward_mean',X'702688630CAD66BF0E8B74F72872C83FEE13264388F0D63F');
INSERT INTO "profiles" VALUES(22,'forward_second_moment',X'B8C6D5639427FC3F623D670FCEACFD3F62EAFC247D160040');
INSERT INTO "profiles" VALUES(22,'forward_variance',X'4E5B095B8C27FC3F590AAD696717FD3F88DAA8DEC01EFE3F');
INSERT INTO "profiles" VALUES(22,'forward_channel_variance',X'BC16B07DC825FC3FBECA545DEB15FD3FF4D9DFB2761DFE3F');
INSERT INTO "profiles" VALUES(22,'backward_second_moment',X'69FE2095DA3AF23F691392E9E543F13F000000000000F03F');
INSERT INTO "profiles" VALUES(22,'backward_second_moment_dc_free',X'BE51E2FC42A5F23F18189E79066CF13F000000000000F03F');
INSERT INTO "profiles" VALUES(22,'log10_forward_second_moment',X'5CE308E33B6ACF3FC9BE313D5A2BD13FD2A6D524096BD33F');
INSERT INTO "profiles" VALUES(22,'log10_backward_second_moment',X'26F722C51803AD3F221CA86F3BECA03F0000000000000000');
INSERT INTO "profiles" VALUES(23,'grad_norm',X'E53EABED07C1E23F25B0051EA8DAE33FDF7E10AA92A0E23F');
INSERT INTO "profiles" VALUES(23,'grad_weight_ratio',X'467DC17CB774C93F2D15C9444C72CC3F18610794BFF0C93F');
INSERT INTO "profiles" VALUES(23,'log10_grad_norm',X'ACF38116FEB3CDBF53422F71C788CABF132E2E9A8714CEBF');
INSERT INTO "profiles" VALUES(23,'input_similarity',X'6E532029E4A6463F4D5233CEBCFFD43FF84E69A59193D63F4DE5241909DFD63F');
INSERT INTO "profiles" VALUES(23,'forward_mean',X'702688630CAD66BF385ACA693B0CE83FEC3BA0BB6D34DF3F80F6F9693605E03F');
INSERT INTO "profiles" VALUES(23,'forward_second_moment',X'B8C6D5639427FC3F7B98C295612AFF3F207057B4E69CF33FD1ECA6E82D87F13F');
INSERT INTO "profiles" VALUES(23,'forward_variance',X'4E5B095B8C27FC3F3301ECAF3221F63F69BE46C8529EEF3FFA3DF68D2409EB3F');
INSERT INTO "profiles" VALUES(23,'forward_channel_variance',X'BC16B07DC825FC3F5CA044F7061DF63FF00AC32E67C1EC3F2E8AF218A72EEA3F');
INSERT INTO "profiles" VALUES(23,'backward_second_moment',X'3F86389358F8E53FC29D90EFB361E53F2ADD5DC5FFD5EF3F000000000000F03F');
INSERT INTO "profiles" VALUES(23,'backward_second_moment_dc_free',X'F20807B444A0E23F86F5455A36FDE13F3CDEE29706D7ED3F000000000000F03F');
INSERT INTO "profiles" VALUES(23,'log10_forward_second_moment',X'5CE308E33B6ACF3F6B8ADDFF1088D23F565F2168CEA2B63F3EE920C63748A43F');
INSERT INTO "profiles" VALUES(23,'log10_backward_second_moment',X'E69ECFF599E7C4BF9F256B72F669C6BF9C19BD43A54962BF0000000000000000');
CREATE TABLE resweep_alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT resweep_alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "resweep_alembic_version" VALUES('0002');
CREATE TABLE runs (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	dataset_fingerprint TEXT NOT NULL, 
	status TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	block TEXT NOT NULL, 
	blocks BIGINT NOT NULL, 
	channels BIGINT NOT NULL, 
	kernel BIGINT NOT NULL, 
	convs BIGINT NOT NULL, 
	activation TEXT NOT NULL, 
	scheme TEXT NOT NULL, 
	c DOUBLE NOT NULL, 
	multiplier DOUBLE NOT NULL, 
	effective_fan_in BOOLEAN NOT NULL, 
	distribution TEXT NOT NULL, 
	dataset TEXT NOT NULL, 
	train_size BIGINT NOT NULL, 
	epochs BIGINT NOT NULL, 
	batch_size BIGINT NOT NULL, 
	optimizer TEXT NOT NULL, 
	lr DOUBLE NOT NULL, 
	momentum DOUBLE NOT NULL, 
	weight_decay DOUBLE NOT NULL, 
	precision TEXT NOT NULL, 
	seed BIGINT NOT NULL, 
	provenance JSON NOT NULL, 
	stored DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT uq_runs_key_dataset_fingerprint UNIQUE ("key", dataset_fingerprint)
);
INSERT INTO "runs" VALUES(1,'6daea7c4ae667afff03354dcf0c3baa2448a23377234ba64cbbf53d4a8a916cc','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.098 is chance, test loss 2.92','residual',2,4,3,1,'relu','he',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',0,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:13:36+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:13:40.345676');
INSERT INTO "runs" VALUES(2,'897693c80c41cc556fbf17867f54ca5a71bfc98da7e82fc857c70785780063db','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.092 is chance, test loss 2.46','residual',2,4,3,1,'relu','depth-scaled',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',0,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:13:45+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:13:49.191985');
INSERT INTO "runs" VALUES(3,'ae32e2f9620e7d0d1b59a11a35c1a9540b40226e4af5d17a552e2fc387f7d3e9','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.102 is chance, test loss 2.49','residual-bn',2,4,3,1,'relu','he',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',0,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:13:49+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:13:49.350843');
INSERT INTO "runs" VALUES(4,'7b72a64c785b5abcbb5285bad2a8f51d220d1d9ea062f15b8ce428a7b1e4cf88','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.100 is chance, test loss 3.82','residual',2,4,3,1,'relu','he',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',1,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:13:49+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:13:49.422278');
INSERT INTO "runs" VALUES(5,'cf8177b3829e561845260bd6baab7e310ca7e292e689e77cd05fd0b527457553','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.094 is chance, test loss 2.83','residual',2,4,3,1,'relu','depth-scaled',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',1,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:13:49+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:13:49.493558');
INSERT INTO "runs" VALUES(6,'02d60a0ccde854ef77003f37871810be8a010b627a0e490beef79764f0adb2dd','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.102 is chance, test loss 2.87','residual-bn',2,4,3,1,'relu','he',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',1,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:13:49+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:13:49.645494');
INSERT INTO "runs" VALUES(7,'b11ce1b9837bec893995845df0db3eaa837298d5139a3c56728c1b853a570217','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.100 is chance, test loss 5.87','residual',2,4,3,1,'relu','he',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',2,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:06+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:10.518691');
INSERT INTO "runs" VALUES(8,'ff3d2c116c55407494c427b3dd8545a80f7a3b75ce2bec84ecff780eb1927dab','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.102 is chance, test loss 3.64','residual',2,4,3,1,'relu','he',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',3,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:10+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:10.595201');
INSERT INTO "runs" VALUES(9,'63bdc242649d175e7192a93cbd6ad25a1fceaf29d11e0d1eef61a3c2efbca075','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.094 is chance, test loss 2.81','residual',2,4,3,1,'relu','he',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',4,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:10+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:10.669296');
INSERT INTO "runs" VALUES(10,'c1ecf02b12822833d853bb7bf7e6a27d8c4eff99e79734e96025ac345f7400e2','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.100 is chance, test loss 2.99','residual',2,4,3,1,'relu','he',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',5,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:10+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:10.742090');
INSERT INTO "runs" VALUES(11,'123d89b726a6c66b046ab4982fa835fff8ba73fec677f87ea09b09d5e7a1e84e','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.102 is chance, test loss 4.31','residual',2,4,3,1,'relu','he',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',6,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:10+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:10.814265');
INSERT INTO "runs" VALUES(12,'ae62a68d5fc693c04b9c37b1c3956c9b1adf08d407ab2770f19ffe4516588f54','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.102 is chance, test loss 3.36','residual',2,4,3,1,'relu','he',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',7,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:10+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:10.888422');
INSERT INTO "runs" VALUES(13,'7ab2f6e91e1415c1b02239131fc5760e591f21de9d330f2e15e748721c9c417a','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.107 is chance, test loss 2.88','residual',2,4,3,1,'relu','he',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',8,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:10+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:10.961373');
INSERT INTO "runs" VALUES(14,'7e4dd7d9cd12fc6c872df136efde0846267b94ed9a71e894d9dc8742b76f559c','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.102 is chance, test loss 5.78','residual',2,4,3,1,'relu','he',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',9,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:10+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:11.032675');
INSERT INTO "runs" VALUES(15,'2ec9b1f76eaecad7ff6687fcb34fa337a27aa8310fe172269c235497d33acd26','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.100 is chance, test loss 2.99','residual',2,4,3,1,'relu','depth-scaled',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',2,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:11+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:11.103715');
INSERT INTO "runs" VALUES(16,'988553a4f3b6c32d1e8747dac02876669beeb8411f08ed9c002046dce020b73d','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.111 is chance, test loss 2.61','residual',2,4,3,1,'relu','depth-scaled',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',3,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:11+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:11.176474');
INSERT INTO "runs" VALUES(17,'0ee8210fdfe53f40f4f8c1294354aa9432b6e4dacbf530d139c7c3831b7c9278','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.105 is chance, test loss 2.43','residual',2,4,3,1,'relu','depth-scaled',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',4,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:11+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:11.247832');
INSERT INTO "runs" VALUES(18,'69aff18890544a1cc58cab111c7b8ba0ba7a91e6dd374967295489494c1e947b','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.088 is chance, test loss 2.46','residual',2,4,3,1,'relu','depth-scaled',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',5,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:11+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:11.320024');
INSERT INTO "runs" VALUES(19,'c349131cf30cd02cdeebc6609f633b5e3fd0bbfb559e12646617504cce2a840e','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.105 is chance, test loss 2.87','residual',2,4,3,1,'relu','depth-scaled',1.0,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',6,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:11+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:11.391691');
INSERT INTO "runs" VALUES(20,'189e0440cabbfe755f95f51fde3d1bcdb94892ddd2ffa9ce5af00b5378dfdd1a','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.092 is chance, test loss 2.48','residual',2,4,3,1,'relu','depth-scaled',1.14492573023851895719e+00,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',0,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:17+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:21.171911');
INSERT INTO "runs" VALUES(21,'c941ddb6340d56d292938fd63bff2402596bc3d558cc3a3f2ecd7ba402d6329a','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.098 is chance, test loss 2.89','residual',2,4,3,1,'relu','depth-scaled',3.79320987259056163765e+00,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',0,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:21+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:21.281343');
INSERT INTO "runs" VALUES(22,'1bf394a636286f1699e776907054906388550147604f325c049b470c8de27ac4','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','trapped','accuracy 0.080 is chance, test loss 2.32','residual',2,4,3,1,'relu','depth-scaled',2.65890038663323169387e-01,1.0,0,'normal','synthetic',256,1,32,'adam',0.0001,0.0,0.0,'float32',0,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:21+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:21.387315');
INSERT INTO "runs" VALUES(23,'31b1230226899a4dc46048a19a83638fcc779563d867479583d280f5b8377a04','e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c','ok','','plain',3,4,3,1,'relu','he',1.0,1.0,0,'normal','synthetic',0,0,128,'adam',0.0,0.0,0.0,'float32',0,'{"dataset_fingerprint": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c", "started": "2026-11-26T01:14:26+00:00", "device": "cpu", "device_name": "AVX512 CPU", "threads": 2, "host": "lab7", "kernels": {"path": "spectral", "forced": "auto", "library": "_spectral_avx512.so", "instructions": "avx512", "lanes": 8, "batch_norm": "native", "unavailable": {"triton": "it runs on CUDA devices, not on cpu"}}, "resweep": "0.1.0", "git": "db4c070dc2bb", "torch": "2.15.0+cu132", "python": "3.11.7", "image_size": [32, 32], "probes": ["gradient-norms", "input-similarity", "moments"], "probe_batch": 64}','2026-11-26 01:14:28.576240');
CREATE TABLE studies (
	study_id INTEGER NOT NULL, 
	study_name VARCHAR(512) NOT NULL, 
	PRIMARY KEY (study_id)
);
INSERT INTO "studies" VALUES(1,'search');
CREATE TABLE study_directions (
	study_direction_id INTEGER NOT NULL, 
	direction VARCHAR(8) NOT NULL, 
	study_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	PRIMARY KEY (study_direction_id), 
	UNIQUE (study_id, objective), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_directions" VALUES(1,'MAXIMIZE',1,0);
CREATE TABLE study_system_attributes (
	study_system_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_system_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
CREATE TABLE study_user_attributes (
	study_user_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_user_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_user_attributes" VALUES(1,1,'resweep','{"sampler": "tpe", "pruner": "none", "objective": "first_epoch_accuracy", "direction": "auto", "seed": 0, "ranges": {"c": "0.25..4:log"}, "constraints": [], "fixed": {"blocks": 2, "channels": 4, "kernel": 3, "dataset": "synthetic", "train_size": 256, "batch_size": 32, "lr": 0.0001, "precision": "float32"}, "data": "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c"}');
CREATE TABLE sweeps (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	definition JSON NOT NULL, 
	hash TEXT NOT NULL, 
	created DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT uq_sweeps_name UNIQUE (name)
);
INSERT INTO "sweeps" VALUES(1,'grid','{"fixed": {"blocks": "2", "channels": "4", "kernel": "3", "dataset": "synthetic", "train_size": "256", "batch_size": "32"}, "grid": [{"scheme": ["he", "depth-scaled"], "seed": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}], "report": {}}','bf6e0474f4522762882fdba20426329299f6eb2a05d3fff085af7014bf27c1a3','2026-11-26 01:14:03.729351');
CREATE TABLE trial_heartbeats (
	trial_heartbeat_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	heartbeat DATETIME NOT NULL, 
	PRIMARY KEY (trial_heartbeat_id), 
	UNIQUE (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_intermediate_values (
	trial_intermediate_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	intermediate_value FLOAT, 
	intermediate_value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_intermediate_value_id), 
	UNIQUE (trial_id, step), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_params (
	param_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	param_name VARCHAR(512), 
	param_value FLOAT, 
	distribution_json TEXT, 
	PRIMARY KEY (param_id), 
	UNIQUE (trial_id, param_name), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_params" VALUES(1,1,'c',1.14492573023851895719e+00,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.25, "high": 4.0, "log": true}}');
INSERT INTO "trial_params" VALUES(2,2,'c',3.79320987259056163765e+00,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.25, "high": 4.0, "log": true}}');
INSERT INTO "trial_params" VALUES(3,3,'c',2.65890038663323169387e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.25, "high": 4.0, "log": true}}');
CREATE TABLE trial_system_attributes (
	trial_system_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_system_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_user_attributes (
	trial_user_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_user_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_user_attributes" VALUES(1,1,'driver','"lab7:4686:28017"');
INSERT INTO "trial_user_attributes" VALUES(2,1,'key','"189e0440cabbfe755f95f51fde3d1bcdb94892ddd2ffa9ce5af00b5378dfdd1a"');
INSERT INTO "trial_user_attributes" VALUES(3,1,'status','"trapped"');
INSERT INTO "trial_user_attributes" VALUES(4,1,'measured','0.091796875');
INSERT INTO "trial_user_attributes" VALUES(5,2,'driver','"lab7:4686:28017"');
INSERT INTO "trial_user_attributes" VALUES(6,2,'key','"c941ddb6340d56d292938fd63bff2402596bc3d558cc3a3f2ecd7ba402d6329a"');
INSERT INTO "trial_user_attributes" VALUES(7,2,'status','"trapped"');
INSERT INTO "trial_user_attributes" VALUES(8,2,'measured','0.09765625');
INSERT INTO "trial_user_attributes" VALUES(9,3,'driver','"lab7:4686:28017"');
INSERT INTO "trial_user_attributes" VALUES(10,3,'key','"1bf394a636286f1699e776907054906388550147604f325c049b470c8de27ac4"');
INSERT INTO "trial_user_attributes" VALUES(11,3,'status','"trapped"');
INSERT INTO "trial_user_attributes" VALUES(12,3,'measured','0.080078125');
CREATE TABLE trial_values (
	trial_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	value FLOAT, 
	value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_value_id), 
	UNIQUE (trial_id, objective), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_values" VALUES(1,1,0,0.091796875,'FINITE');
INSERT INTO "trial_values" VALUES(2,2,0,0.09765625,'FINITE');
INSERT INTO "trial_values" VALUES(3,3,0,0.080078125,'FINITE');
CREATE TABLE trials (
	trial_id INTEGER NOT NULL, 
	number INTEGER, 
	study_id INTEGER, 
	state VARCHAR(8) NOT NULL, 
	datetime_start DATETIME, 
	datetime_complete DATETIME, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "trials" VALUES(1,0,1,'COMPLETE','2026-11-26 01:14:14.414398','2026-11-26 01:14:21.186075');
INSERT INTO "trials" VALUES(2,1,1,'COMPLETE','2026-11-26 01:14:21.196979','2026-11-26 01:14:21.290250');
INSERT INTO "trials" VALUES(3,2,1,'COMPLETE','2026-11-26 01:14:21.299381','2026-11-26 01:14:21.396113');
CREATE TABLE version_info (
	version_info_id INTEGER NOT NULL, 
	schema_version INTEGER, 
	library_version VARCHAR(256), 
	PRIMARY KEY (version_info_id), 
	CHECK (version_info_id=1)
);
INSERT INTO "version_info" VALUES(1,12,'5.0.0');
CREATE INDEX ix_cells_next ON cells (sweep_id, dataset_fingerprint, status, tries, position);
CREATE INDEX ix_cells_key ON cells ("key", dataset_fingerprint);
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE INDEX ix_trials_study_id ON trials (study_id);
COMMIT;