"""The words of the paper forms for the codes of the lists; a workbook is Chinese whoever takes it."""

from __future__ import annotations

STATUS = {"active": "在住", "moved_out": "迁出", "deceased": "去世"}
MODE = {"door": "上门", "phone": "电话", "video": "视频", "neighbour": "邻居了解", "device": "远程监测"}  # fmt: skip
PURPOSE = {
    "routine": "日常",
    "follow_up": "回访",
    "survey": "需求调查",
    "holiday": "节日慰问",
    "weather": "恶劣天气",
    "emergency": "应急",
}
MET = {
    "met": "见到本人",
    "family": "见到家属",
    "not_met": "未见到",
    "refused": "谢绝",
    "hospitalised": "住院",
    "moved": "已搬离",
    "deceased": "已去世",
    "other": "其他",
}
NEXT = {
    "none": "不用了",
    "revisit": "再来一趟",
    "refer": "请居委会来办",
    "escalate": "急，报居委会",
}
TASK = {
    "open": "谁都可接",
    "assigned": "已派",
    "claimed": "自己接的",
    "handed_over": "转过来的",
    "done": "办完",
    "cancelled": "取消",
}
KIND = {"home_visit": "走访", "concern_errand": "诉求跑一趟"}
CONCERN = {
    "submitted": "待受理",
    "accepted": "已受理",
    "declined": "不予受理",
    "assigned": "已派单",
    "objected": "派单有异议",
    "in_progress": "办理中",
    "extension_requested": "申请延期",
    "resolved": "已办结",
    "awaiting_rating": "待评价",
    "closed": "已归档",
    "reopened": "退回重办",
    "escalated": "上报",
    "referred": "转12345",
}
URGENCY = {"normal": "一般", "urgent": "紧急", "life_safety": "人身安全"}
NATURE = {
    "inquiry": "咨询",
    "request": "求助",
    "complaint": "投诉",
    "report": "举报",
    "suggestion": "建议",
    "praise": "表扬",
}
CALL = {
    "clock_ended": "到期未评价",
    "no_link": "不能自己评价",
    "no_phone": "没留电话，当面问",
    "later": "满四周再问",
}
SOLVED = {"yes": "已解决", "partly": "部分解决", "no": "未解决"}
PAIRING = {
    "asked": "等答复",
    "declined": "没答应",
    "later": "还没开始",
    "in_force": "正在结对",
    "over": "已结束",
}
FREQUENCY = {
    "daily": "每天",
    "weekly": "每周",
    "fortnightly": "每两周",
    "monthly": "每月",
    "quarterly": "每季度",
    "as_needed": "需要时",
}
SERVICE = {
    "companionship": "亲情陪伴",
    "daily_care": "生活照料",
    "humanistic_care": "人文关怀",
    "counselling": "心理疏导",
    "social_inclusion": "社会融入",
    "home_visit": "访视",
    "employment_help": "就业帮扶",
    "legal_aid": "法律援助",
    "errand": "代办代购",
    "meal": "助餐",
    "cleaning": "助洁",
    "bathing": "助浴",
    "medical_escort": "助医",
    "mobility": "助行",
    "emergency_help": "助急",
    "policy_info": "政策宣传",
    "safety_check": "安全检查",
}
GROUP = {"all": "合计", "type": "纠纷类型", "level": "等级", "source": "来源"}
